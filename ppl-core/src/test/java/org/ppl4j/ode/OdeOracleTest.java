package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;
import org.ppl4j.testing.LeakCheck;

/** States and gradients of equations beside those of Hipparchus. */
@ExtendWith(LeakCheck.class)
class OdeOracleTest {

  private static final Solver FINE = Solver.dormandPrince(1e-12);
  private static final Solver FIXED = Solver.rungeKutta(600);
  private static final Solver STIFF = Solver.rosenbrock(1e-7);

  /** Some thousand tolerances of a step. */
  private static final double STATES = 1e-8;

  /** What differences are right to, and more. */
  private static final double GRADIENTS = 1e-6;

  /** Of numbers of about 7 digits, which the equations spread by some hundred times. */
  private static final double SINGLE = 1e-4;

  static List<OdeCase> cases() {
    return OdeCases.ALL;
  }

  private static NDArray row(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  /** The same equation, which whole numbers of the run keep out of the Java operation. */
  private static Equation inOperations(Run run, Equation equation) {
    NDArray none = run.arange(1); // 0
    return (time, state, theta) -> equation.rate(time, state, theta).add(none);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void statesAreThoseOfHipparchus(OdeCase of) {
    double[] expected = of.states();
    for (FloatType floatType : FloatType.values()) {
      try (Run run = Run.open(RunConfig.defaults().withFloatType(floatType), 0)) {
        assertClose(
            of.name(),
            solved(run, FINE, of, of.equation()),
            floatType == FloatType.FLOAT64 ? STATES : SINGLE,
            expected);
      }
    }
  }

  private static NDArray solved(Run run, Solver solver, OdeCase of, Equation equation) {
    NDArray start = row(run, of.start());
    NDArray theta = row(run, of.theta());
    return run.withoutGradients(() -> Ode.solve(solver, equation, start, of.times(), theta));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void gradientsAreDifferencesOfHipparchus(OdeCase of) {
    double[] expected = slopes(of);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] gradient = gradient(run, Solver.dormandPrince(1e-10), of, of.equation());

      assertThat(gradient).doesNotContain(0);
      assertClose(of.name(), gradient, GRADIENTS, expected);
    }
  }

  /** So that each state has a part of its own in the sum. */
  private static double weight(int state) {
    return Math.cos(state) + 1.5;
  }

  /** Of the weighted sum of all states, in start and parameters side by side. */
  private static double[] slopes(OdeCase of) {
    double[] slopes = new double[of.start().length + of.theta().length];
    for (int number = 0; number < slopes.length; number++) {
      double[] each = of.slopes(number);
      for (int i = 0; i < each.length; i++) {
        slopes[number] += weight(i) * each[i];
      }
    }
    return slopes;
  }

  private static double[] gradient(Run run, Solver solver, OdeCase of, Equation equation) {
    NDArray start = Autograd.variable(row(run, of.start()));
    NDArray theta = Autograd.variable(row(run, of.theta()));
    NDArray states = Ode.solve(solver, equation, start, of.times(), theta);
    double[] weights = new double[of.times().length * of.start().length];
    Arrays.setAll(weights, OdeOracleTest::weight);
    NDArray sum = states.mul(run.create(weights, states.getShape())).sum();
    return Tensors.values(Tensors.concat(Autograd.grad(sum, List.of(start, theta)), -1));
  }

  /** Every method, in Java and in operations, on all equations. */
  @Test
  @Tag("acceptance")
  @Tag("ode.6")
  void everyMethodGivesTheStatesAndGradientsOfHipparchus() {
    AcceptancePoint point = new AcceptancePoint("ode.6");
    double[] states = new double[4];
    double[] gradients = new double[3];
    for (OdeCase of : OdeCases.ALL) {
      double[] expected = of.states();
      double[] slopes = slopes(of);
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Equation slowly = inOperations(run, of.equation());
        List<NDArray> found =
            List.of(
                solved(run, FINE, of, of.equation()),
                solved(run, FINE, of, slowly),
                solved(run, FIXED, of, of.equation()),
                solved(run, STIFF, of, of.equation()));
        for (int i = 0; i < states.length; i++) {
          states[i] = Math.max(states[i], furthest(Tensors.values(found.get(i)), expected));
        }
        List<double[]> slopesFound =
            List.of(
                gradient(run, FINE, of, of.equation()),
                gradient(run, FINE, of, slowly),
                gradient(run, FIXED, of, of.equation()));
        for (int i = 0; i < gradients.length; i++) {
          gradients[i] = Math.max(gradients[i], furthest(slopesFound.get(i), slopes));
        }
      }
    }
    point.shown("equations beside Hipparchus' DormandPrince853", OdeCases.ALL.size());
    point.atMost("states by dormand-prince in Java", states[0], STATES);
    point.atMost("states by dormand-prince in operations", states[1], STATES);
    point.atMost("states by runge-kutta, 600 steps", states[2], STATES);
    point.atMost("states by rosenbrock", states[3], STIFF.accuracy());
    point.atMost("gradients by dormand-prince in Java", gradients[0], GRADIENTS);
    point.atMost("gradients by dormand-prince in operations", gradients[1], GRADIENTS);
    point.atMost("gradients by runge-kutta, 600 steps", gradients[2], GRADIENTS);
  }

  /** The largest difference, relative to 1 and the number. */
  private static double furthest(double[] numbers, double[] expected) {
    assertThat(numbers).hasSameSizeAs(expected).doesNotContain(Double.NaN);
    double furthest = 0;
    for (int i = 0; i < numbers.length; i++) {
      double scale = Math.max(1, Math.abs(expected[i]));
      furthest = Math.max(furthest, Math.abs(numbers[i] - expected[i]) / scale);
    }
    return furthest;
  }
}
