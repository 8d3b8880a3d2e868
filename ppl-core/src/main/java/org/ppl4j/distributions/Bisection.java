package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;

/**
 * Roots of monotone functions by halving an interval, for all entries of a tensor at once and
 * always as often, so that nothing is read from the device. Not differentiable.
 */
final class Bisection {

  /** Where the search for a real number starts if it has no bounds; both float types hold it. */
  private static final double FAR = 1e30;

  /** From there, halvings on the scale of sinh⁻¹ that leave no bit open. */
  private static final int HALVINGS = 64;

  /** Where the search for a whole number starts: all whole numbers up to here are float64. */
  private static final double LARGEST_WHOLE = 0x1.0p52;

  private Bisection() {}

  /**
   * The number at which {@code isBelow} turns from true to false.
   *
   * @param isBelow whether a value is below the number sought
   * @param low the number is not below this; may be −∞
   * @param high the number is not above this; may be ∞
   */
  static NDArray real(UnaryOperator<NDArray> isBelow, NDArray low, NDArray high) {
    NDArray from = low.maximum(-FAR).asinh();
    NDArray to = high.minimum(FAR).asinh();
    for (int i = 0; i < HALVINGS; i++) {
      NDArray middle = from.add(to).mul(0.5);
      NDArray below = isBelow.apply(middle.sinh());
      from = Tensors.where(below, middle, from);
      to = Tensors.where(below, to, middle);
    }
    return from.add(to).mul(0.5).sinh();
  }

  /**
   * The first whole number that is not below the one sought.
   *
   * @param isBelow whether a whole number is below it
   * @param low a whole number that it is not below; may be −∞
   * @param high a whole number that it is not above; may be ∞
   */
  static NDArray whole(UnaryOperator<NDArray> isBelow, NDArray low, NDArray high) {
    NDArray from = low.maximum(-LARGEST_WHOLE).sub(1);
    NDArray to = high.minimum(LARGEST_WHOLE);
    for (int i = 0; i < 54; i++) {
      NDArray middle = from.add(to).mul(0.5).floor();
      NDArray below = isBelow.apply(middle);
      from = Tensors.where(below, middle, from);
      to = Tensors.where(below, to, middle);
    }
    return to;
  }
}
