package org.ppl4j.ode;

import java.util.Arrays;
import org.hipparchus.ode.ODEState;
import org.hipparchus.ode.OrdinaryDifferentialEquation;
import org.hipparchus.ode.nonstiff.DormandPrince853Integrator;

/**
 * An equation as a model has it, and once more in plain numbers, which Hipparchus solves by Dormand
 * and Prince's method of eighth order.
 *
 * @param name of it
 * @param equation in tensors
 * @param rightSide the same in numbers
 * @param start M numbers
 * @param times T of them
 * @param theta P numbers
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record OdeCase(
    String name,
    Equation equation,
    RightSide rightSide,
    double[] start,
    double[] times,
    double[] theta) {

  /** Of steps, absolute and relative: the solutions are right to some hundred roundings. */
  private static final double TOLERANCE = 1e-14;

  /** Of differences, relative: the fourth power and the roundings over it are both below 1e-8. */
  private static final double APART = 2e-4;

  /** dz/dt = f(t, z; θ) in numbers. */
  @FunctionalInterface
  interface RightSide {

    double[] of(double time, double[] state, double[] theta);
  }

  /** The solution by Hipparchus, (T, M). */
  double[] states() {
    return states(start, theta);
  }

  private double[] states(double[] from, double[] parameters) {
    OrdinaryDifferentialEquation ode =
        new OrdinaryDifferentialEquation() {
          @Override
          public int getDimension() {
            return from.length;
          }

          @Override
          public double[] computeDerivatives(double time, double[] state) {
            return rightSide.of(time, state, parameters);
          }
        };
    double length = Math.abs(times[times.length - 1] - times[0]);
    DormandPrince853Integrator integrator =
        new DormandPrince853Integrator(1e-12 * length, length, TOLERANCE, TOLERANCE);
    double[] all = Arrays.copyOf(from, times.length * from.length);
    double[] state = from;
    for (int i = 1; i < times.length; i++) {
      state =
          integrator.integrate(ode, new ODEState(times[i - 1], state), times[i]).getPrimaryState();
      System.arraycopy(state, 0, all, i * from.length, from.length);
    }
    return all;
  }

  /** Of every state in a number of start and parameters side by side, by four solutions. */
  double[] slopes(int number) {
    double h = APART * Math.abs(value(number));
    double[][] near = new double[4][];
    double[] places = {-2, -1, 1, 2};
    for (int k = 0; k < near.length; k++) {
      double[] from = start.clone();
      double[] parameters = theta.clone();
      if (number < start.length) {
        from[number] += places[k] * h;
      } else {
        parameters[number - start.length] += places[k] * h;
      }
      near[k] = states(from, parameters);
    }
    double[] slopes = new double[near[0].length];
    Arrays.setAll(
        slopes, i -> (near[0][i] - near[3][i] + 8 * (near[2][i] - near[1][i])) / (12 * h));
    return slopes;
  }

  private double value(int number) {
    return number < start.length ? start[number] : theta[number - start.length];
  }

  @Override
  public String toString() {
    return name;
  }
}
