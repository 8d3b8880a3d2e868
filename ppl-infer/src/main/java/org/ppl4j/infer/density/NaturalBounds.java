package org.ppl4j.infer.density;

import java.util.Arrays;
import org.ppl4j.constraints.Constraint;

/**
 * Between which numbers a column lies by its nature, as its numbers say:
 *
 * <ul>
 *   <li>0 and 1, as shares do, if all are between and reach over half of that;
 *   <li>0 and more, as prices do, if none is negative and the least is within a twentieth of their
 *       spread of 0, or within all of it where the upper half reaches half as far again as the
 *       lower;
 *   <li>anywhere else, as temperatures do.
 * </ul>
 *
 * <p>The spread is that of the middle half of the numbers that are not 0, the reach of a half that
 * from the median to its outer tenth. A column of which nothing is to be concluded has a support
 * {@code Constraint.REAL} of its own.
 *
 * @param low the least number that may be; −∞ without
 * @param high the greatest; ∞ without
 */
record NaturalBounds(double low, double high) {

  static final NaturalBounds NONE =
      new NaturalBounds(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);

  /** Of a share of the spread. */
  private static final double AT_BOUND = 0.05;

  private static final double SKEWED = 1.5;

  /** Of the numbers that are there. */
  static NaturalBounds of(double[] numbers) {
    double[] sorted = Arrays.stream(numbers).sorted().toArray();
    int n = sorted.length;
    if (n == 0 || sorted[0] < 0) {
      return NONE;
    }
    if (sorted[n - 1] <= 1 && sorted[n - 1] - sorted[0] >= 0.5) {
      return new NaturalBounds(0, 1);
    }
    double[] positive = Arrays.stream(sorted).filter(x -> x > 0).toArray();
    if (positive.length == 0) {
      return NONE;
    }
    double spread = Standardisation.MiddleHalf.of(positive).deviation();
    double median = positive[positive.length / 2];
    double lower = median - positive[positive.length / 10];
    double upper = positive[9 * positive.length / 10] - median;
    boolean isNear =
        sorted[0] <= AT_BOUND * spread || (sorted[0] <= spread && upper >= SKEWED * lower);
    return isNear ? new NaturalBounds(0, Double.POSITIVE_INFINITY) : NONE;
  }

  boolean isFree() {
    return low == Double.NEGATIVE_INFINITY && high == Double.POSITIVE_INFINITY;
  }

  /** Whether a number is at one of them. */
  boolean touches(double number) {
    return number == low || number == high;
  }

  /** Wider by so much on each side. */
  NaturalBounds wider(double by) {
    return new NaturalBounds(low - by, high + by);
  }

  /** The numbers strictly between. */
  Constraint inside() {
    if (isFree()) {
      return Constraint.REAL;
    }
    return high == Double.POSITIVE_INFINITY
        ? Constraint.greaterThan(low)
        : Constraint.interval(low, high);
  }
}
