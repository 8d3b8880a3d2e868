package org.ppl4j.infer.approximation;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.function.Predicate;

/**
 * Minimises a smooth function of many numbers by its gradient: a quasi-Newton method of bounded
 * memory, with the line search of Moré and Thuente.
 *
 * <p>A step goes along −H g, where H is the inverse Hessian that the last steps and the changes of
 * the gradient g along them stand for. Where the function or its gradient is not finite no step
 * ends: it is shortened. If no step along −H g is good, the memory is emptied and −g is tried.
 *
 * <p>It ends when a step changes the value by no more than {@code valueTolerance} times the value
 * (at least 1), or g · H g is at most {@code gradientTolerance} times that: Stan's rules.
 *
 * <p>It is our own, since Hipparchus has nothing that serves: of its minimisers with a gradient,
 * that of nonlinear conjugate gradients has no estimate of the Hessian, which {@link Pathfinder}
 * lives on, and sequential quadratic programming has a dense one.
 *
 * <p>Cost of a step: 4 m D operations for a memory of m, and one or two evaluations.
 *
 * <p>Source: Liu and Nocedal, "On the limited memory BFGS method for large scale optimization"
 * (1989).
 *
 * @param memory how many steps are remembered, at least 1
 * @param maxIterations how many steps are made at most, at least 1
 * @param valueTolerance relative; 0 for none
 * @param gradientTolerance relative; 0 for none
 */
public record Lbfgs(
    int memory, int maxIterations, double valueTolerance, double gradientTolerance) {

  private static final Lbfgs STANDARD = new Lbfgs(6, 1000, 1e4 * 0x1p-52, 1e7 * 0x1p-52);

  private static final Lbfgs PATIENT = new Lbfgs(20, 1000, 1e-15, 1e-16);

  /** A function to be minimised. */
  @FunctionalInterface
  public interface Objective {

    /**
     * The function at a vector; whatever is not finite is a place to keep away from.
     *
     * @param x (D), not to be kept or changed
     * @param gradient (D), to be filled
     */
    double evaluate(double[] x, double[] gradient);
  }

  /**
   * Where it is after a step, or at first; the arrays are nobody else's.
   *
   * @param number of steps so far
   * @param x (D)
   * @param value of the function there
   * @param gradient (D), there
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Iterate(int number, double[] x, double value, double[] gradient) {

    boolean isFinite() {
      return Double.isFinite(value) && Vectors.areFinite(gradient);
    }
  }

  /** Why it ended. */
  public enum Stop {
    /** g · H g is small. */
    GRADIENT("converged: the gradient is small"),
    /** The last step changed next to nothing. */
    VALUE("converged: the value no longer changes"),
    /** It might have gone on. */
    ITERATIONS("ended at the largest number of iterations"),
    /** Who was told of the steps had seen enough. */
    TOLD("ended when it was told to"),
    /** A minimum up to rounding, or a gradient that is not the function's. */
    LINE_SEARCH("ended where no step along the gradient lowers the value");

    private final String words;

    Stop(String words) {
      this.words = words;
    }

    /** Whether a minimum was found as far as the rules can see. */
    public boolean isConverged() {
      return this == GRADIENT || this == VALUE;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * What was found.
   *
   * @param last where it ended
   * @param evaluations how often the function was asked
   * @param stop why it ended
   */
  public record Minimum(Iterate last, int evaluations, Stop stop) {

    /** Where it is, (D). */
    public double[] x() {
      return last.x();
    }

    /** The value there. */
    public double value() {
      return last.value();
    }
  }

  /** Of these settings. */
  public Lbfgs {
    checkArgument(memory >= 1, "L-BFGS has memory %s, but needs at least 1", memory);
    checkArgument(
        maxIterations >= 1, "L-BFGS has %s iterations, but needs at least 1", maxIterations);
    checkTolerance("value", valueTolerance);
    checkTolerance("gradient", gradientTolerance);
  }

  private static void checkTolerance(String what, double tolerance) {
    checkArgument(
        tolerance >= 0 && tolerance < 1,
        "L-BFGS has %s tolerance %s, but it must be from 0 to below 1",
        what,
        tolerance);
  }

  /**
   * Six steps remembered, at most 1,000 made, value tolerance 2.2e-12, gradient 2.2e-9, as Stan's.
   */
  public static Lbfgs standard() {
    return STANDARD;
  }

  /**
   * Twenty steps remembered, value tolerance 1e-15, gradient 1e-16: for log densities of raw data.
   * Along a ridge whose direction no step has shown yet, H is that of the steep directions, and g ·
   * H g is small far from the maximum.
   */
  public static Lbfgs patient() {
    return PATIENT;
  }

  /** The same with another memory. */
  public Lbfgs withMemory(int steps) {
    return new Lbfgs(steps, maxIterations, valueTolerance, gradientTolerance);
  }

  /** The same with another largest number of steps. */
  public Lbfgs withMaxIterations(int steps) {
    return new Lbfgs(memory, steps, valueTolerance, gradientTolerance);
  }

  /** The same with other tolerances; with 0 and 0 it ends where rounding ends it. */
  public Lbfgs withTolerances(double value, double gradient) {
    return new Lbfgs(memory, maxIterations, value, gradient);
  }

  /** Evaluates, and counts. */
  private static final class Counted {
    private final Objective objective;
    private int evaluations;

    Counted(Objective objective) {
      this.objective = objective;
    }

    Iterate at(int number, double[] x) {
      evaluations++;
      double[] gradient = new double[x.length];
      return new Iterate(number, x, objective.evaluate(x, gradient), gradient);
    }
  }

  /** A minimum near a start, as {@link #minimize(Objective, double[], Predicate)}. */
  public Minimum minimize(Objective objective, double[] start) {
    return minimize(objective, start, iterate -> true);
  }

  /**
   * A minimum near a start.
   *
   * @param start (D), where value and gradient are finite
   * @param goesOn is told of the start and of each step, in order, and ends it there if it says no
   * @throws IllegalArgumentException if there are no numbers, or value or gradient is not finite at
   *     the start
   */
  public Minimum minimize(Objective objective, double[] start, Predicate<Iterate> goesOn) {
    checkArgument(start.length > 0, "L-BFGS starts at no numbers; pass at least one");
    Counted counted = new Counted(objective);
    Iterate at = counted.at(0, start.clone());
    checkArgument(
        at.isFinite(),
        "L-BFGS starts where the value is %s and the gradient %s finite; start where both are",
        at.value(),
        Vectors.areFinite(at.gradient()) ? "is" : "is not");
    boolean isOver = !goesOn.test(at);
    MoreThuente search = MoreThuente.standard();
    CurvaturePairs pairs = new CurvaturePairs(memory);
    while (!isOver && at.number() < maxIterations) {
      double[] direction = pairs.times(at.gradient());
      Vectors.scale(direction, -1);
      double slope = Vectors.dot(direction, at.gradient());
      if (isFlat(pairs, at, slope)) {
        return new Minimum(at, counted.evaluations, Stop.GRADIENT);
      }
      double first = pairs.isEmpty() ? Math.min(1, 1 / Vectors.norm(at.gradient())) : 1;
      Iterate next = slope < 0 ? search.along(counted::at, at, direction, first) : null;
      if (next == null) {
        if (pairs.isEmpty()) {
          return new Minimum(at, counted.evaluations, Stop.LINE_SEARCH);
        }
        pairs.clear();
        continue;
      }
      remember(pairs, at, next);
      double change = Math.abs(next.value() - at.value());
      at = next;
      isOver = !goesOn.test(at);
      if (change <= valueTolerance * size(at)) {
        return new Minimum(at, counted.evaluations, Stop.VALUE);
      }
    }
    return new Minimum(at, counted.evaluations, isOver ? Stop.TOLD : Stop.ITERATIONS);
  }

  /** Without a pair the slope is in the units of x, and says nothing unless it is 0. */
  private boolean isFlat(CurvaturePairs pairs, Iterate at, double slope) {
    return slope == 0 || (!pairs.isEmpty() && -slope <= gradientTolerance * size(at));
  }

  private static void remember(CurvaturePairs pairs, Iterate from, Iterate to) {
    boolean unused =
        pairs.add(Vectors.minus(to.x(), from.x()), Vectors.minus(to.gradient(), from.gradient()));
  }

  private static double size(Iterate at) {
    return Math.max(1, Math.abs(at.value()));
  }
}
