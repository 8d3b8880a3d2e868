package org.ppl4j.ode;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A method that solves dz/dt = f(t, z) from a state at a first time, forwards or backwards. It
 * steps onto every time that is asked for; nothing is interpolated. Gradients are those of the
 * steps, whose sizes have none: see {@link Gradient}. Without gradients the memory of a step is
 * free again after it.
 */
public abstract class Solver {

  private final Steps steps;

  Solver(Steps steps) {
    this.steps = steps;
  }

  /**
   * Runge and Kutta's method of fourth order with so many equal steps from each time to the next;
   * four evaluations a step. Made of operations alone, so that programs with it are recorded. Its
   * error falls as the fourth power of the steps' size, and is not measured. Source: Hairer,
   * Nørsett and Wanner, "Solving ordinary differential equations I" (1993), table II.1.2.
   *
   * @throws IllegalArgumentException if {@code steps} is below 1
   */
  public static Solver rungeKutta(int steps) {
    return equalSteps(new RungeKutta(), steps);
  }

  /**
   * Another method, such as one of yours, with so many equal steps from each time to the next. Its
   * error is not measured.
   *
   * @throws IllegalArgumentException if {@code steps} is below 1
   */
  public static Solver equalSteps(StepMethod method, int steps) {
    checkArgument(steps >= 1, "%s takes %s steps, but needs at least 1", method, steps);
    return new EqualSteps(method, steps, Steps.ANY);
  }

  /**
   * Dormand and Prince's method of fifth order with an error estimate of fourth, six evaluations a
   * step. Each row has steps of its own, so that it is solved alike alone and among others: as long
   * as the root mean square of the estimates over tolerance · (1 + |z|) stays below 1. The error of
   * the result is some ten to a hundred times the tolerance. The sizes are found without gradients
   * first; where gradients are recorded, the steps are then taken again with them.
   *
   * <p>Estimates are read from the device, once an attempt, so that a program with it is not
   * recorded; equations of models are solved in another way, as {@link Ode#solve} says. Source: as
   * {@link #rungeKutta}, table II.5.2 and section II.4.
   *
   * @throws IllegalArgumentException unless {@code tolerance} is positive and below 1
   */
  public static Solver dormandPrince(double tolerance) {
    return dormandPrince(tolerance, tolerance);
  }

  /**
   * The same with estimates over relative · |z| + absolute: for states that become small and of
   * which a logarithm or a ratio is taken, such as the infected of an epidemic that goes out. At an
   * absolute tolerance as large as they, a solution is noise, and a density of it jumps.
   *
   * @throws IllegalArgumentException unless both are positive and below 1
   */
  public static Solver dormandPrince(double relative, double absolute) {
    return adaptive(new DormandPrince(), relative, absolute);
  }

  /**
   * Rosenbrock's method of second order for stiff equations, whose states run together at speeds of
   * their own: it solves linear equations with the Jacobian of the right side, which M backward
   * passes give, and is stable however long its steps are. Its steps follow their error as those of
   * {@link #dormandPrince}; it needs many more of them for high accuracy. Source: Shampine and
   * Reichelt, "The MATLAB ODE suite" (1997), section 3.2.
   *
   * @throws IllegalArgumentException unless {@code tolerance} is positive and below 1
   */
  public static Solver rosenbrock(double tolerance) {
    return rosenbrock(tolerance, tolerance);
  }

  /**
   * The same with tolerances as those of {@link #dormandPrince(double, double)}.
   *
   * @throws IllegalArgumentException unless both are positive and below 1
   */
  public static Solver rosenbrock(double relative, double absolute) {
    return adaptive(new Rosenbrock(), relative, absolute);
  }

  /**
   * Another method whose steps follow its error, such as one of yours, as those of {@link
   * #dormandPrince(double, double)}. In models it is computed in operations of the run.
   *
   * @throws IllegalArgumentException unless both tolerances are positive and below 1
   */
  public static Solver adaptive(EmbeddedMethod method, double relative, double absolute) {
    for (double tolerance : new double[] {relative, absolute}) {
      checkArgument(
          tolerance > 0 && tolerance < 1,
          "%s has tolerance %s, but it must be between 0 and 1",
          method,
          tolerance);
    }
    return new AdaptiveSolver(method, new AdaptiveSolver.Tolerance(relative, absolute), Steps.ANY);
  }

  /**
   * The same with steps no longer than a size: for an equation in which something happens that is
   * short beside its times, since a step that follows its error crosses what it does not see, such
   * as an hour's infusion in a week of rest. Fixed steps are as many more as it takes.
   *
   * @param size in units of time
   * @throws IllegalArgumentException unless it is positive
   */
  public final Solver withLargestStep(double size) {
    return with(steps.upTo(size));
  }

  /**
   * The same for an equation whose rate jumps at times, as where a dose begins and where it ends:
   * it steps onto each of them and begins anew, and the rate is that before a jump up to it and
   * that after it from there on, whichever it is at the very time. Those outside the times that are
   * solved do nothing, so that a schedule may be passed whole. Without them a solver that follows
   * its error takes many steps to find a jump, or none if it is too short.
   *
   * @param times in any order, in place of those before; gradients take them as fixed
   * @throws IllegalArgumentException if one is not finite
   */
  public final Solver withJumps(double... times) {
    return with(steps.jumpingAt(times));
  }

  /** The same method by steps. */
  abstract Solver with(Steps steps);

  final Steps steps() {
    return steps;
  }

  /**
   * The states at times.
   *
   * @param start {@code (*, M)}, at the first time
   * @param times two or more, which rise or fall all along
   * @throws IllegalArgumentException if the state has no dims, or the times are not such
   * @throws IllegalStateException if steps are chosen by their error and become too small or too
   *     many; it says where
   */
  public final Solution solve(Rate rate, NDArray start, double... times) {
    return solve(Gradient.THROUGH_STEPS, rate, start, times);
  }

  /** The same with gradients that are found in a way. */
  public final Solution solve(Gradient gradient, Rate rate, NDArray start, double... times) {
    checkArgument(
        start.getShape().dimension() >= 1,
        "state of a differential equation has shape %s; make it (*, M)",
        start.getShape());
    checkTimes(times);
    return solved(gradient, rate, start, steps.along(times), Failure.THROWN);
  }

  /** As {@link #solve}, but a row that cannot be solved is NaN from there on, beside the others. */
  final Solution solveRows(Rate rate, NDArray start, double... times) {
    checkTimes(times);
    return solved(Gradient.THROUGH_STEPS, rate, start, steps.along(times), Failure.NAN);
  }

  /** What becomes of a row whose steps become too small or too many. */
  enum Failure {
    THROWN,
    NAN
  }

  static void checkTimes(double[] times) {
    checkArgument(
        times.length >= 2,
        "differential equation has %s times; pass that of the start and at least one more",
        times.length);
    double direction = Math.signum(times[1] - times[0]);
    for (int i = 1; i < times.length; i++) {
      boolean goesOn = (times[i] - times[i - 1]) * direction > 0;
      checkArgument(
          goesOn && Double.isFinite(times[i]) && Double.isFinite(times[i - 1]),
          "differential equation has time %s after %s; pass finite times that rise or fall all"
              + " along",
          times[i],
          times[i - 1]);
    }
  }

  /** The mathematics of {@link #solve}: the states at the ends that are asked for. */
  abstract Solution solved(
      Gradient gradient, Rate rate, NDArray start, List<Stretch> way, Failure failure);

  /**
   * How far a result may be off, relative to 1 and its size, where the solver measures that; 0
   * where it does not.
   */
  public abstract double accuracy();

  /** The batch of a state, with one entry a row. */
  static Shape rows(NDArray state) {
    return Shapes.concat(Shapes.dropRight(state.getShape(), 1), new Shape(1));
  }
}
