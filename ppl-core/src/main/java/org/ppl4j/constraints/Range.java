package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * The least and the greatest of a set of numbers, whether they belong to it or not.
 *
 * @param low which broadcasts against {@code high}; −∞ if there is none
 * @param high ∞ if there is none
 */
record Range(NDArray low, NDArray high) {

  /** Relative, of bounds that were computed in single precision. */
  private static final double ROUNDING = 1e-5;

  /** That of a set; null if it is not one of numbers between two bounds. */
  static @Nullable Range of(Constraint set) {
    if (set instanceof Bounded bounded) {
      return new Range(bounded.low(), bounded.high());
    }
    if (set instanceof HalfLine half) {
      return half.isAbove()
          ? new Range(half.bound(), Tensors.number(Double.POSITIVE_INFINITY))
          : new Range(Tensors.number(Double.NEGATIVE_INFINITY), half.bound());
    }
    if (set instanceof ElementwiseConstraint) { // whose bounds are 0 or 1, if it has any
      boolean isBelow = set.contains(-1);
      boolean hasZero = set.contains(0) || set.contains(0.5);
      return new Range(
          Tensors.number(isBelow ? Double.NEGATIVE_INFINITY : hasZero ? 0 : 1),
          Tensors.number(set.contains(2) ? Double.POSITIVE_INFINITY : 1));
    }
    return null;
  }

  /** Whether another has it, up to rounding. Reads bounds that are tensors. */
  boolean isWithin(Range other) {
    return isAtMost(other.low, low) && isAtMost(high, other.high);
  }

  private static boolean isAtMost(NDArray a, NDArray b) {
    double[] x = Tensors.values(a);
    double[] y = Tensors.values(b);
    for (int i = 0; i < Math.max(x.length, y.length); i++) {
      if (x.length > 1 && y.length > 1 && x.length != y.length) {
        return true; // of other batches, which are compared elsewhere
      }
      double least = x[x.length == 1 ? 0 : i];
      double most = y[y.length == 1 ? 0 : i];
      double room = Double.isInfinite(most) ? 0 : ROUNDING * Math.max(1, Math.abs(most));
      if (least > most + room) {
        return false;
      }
    }
    return true;
  }
}
