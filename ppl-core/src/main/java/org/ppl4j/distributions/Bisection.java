package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Iteration;
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
    List<NDArray> ends = halved(HALVINGS, from, to, x -> x, x -> isBelow.apply(x.sinh()));
    return middle(ends).sinh();
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
    return halved(54, from, to, NDArray::floor, isBelow).get(1);
  }

  /** The ends of a bracket after so many halvings, at a number near its middle each time. */
  private static List<NDArray> halved(
      int rounds,
      NDArray from,
      NDArray to,
      UnaryOperator<NDArray> near,
      UnaryOperator<NDArray> isBelow) {
    return Iteration.of(
        rounds,
        List.of(from, to),
        ends -> {
          NDArray x = near.apply(middle(ends));
          NDArray below = isBelow.apply(x);
          return List.of(
              Tensors.where(below, x, ends.get(0)), Tensors.where(below, ends.get(1), x));
        });
  }

  private static NDArray middle(List<NDArray> ends) {
    return ends.get(0).add(ends.get(1)).mul(0.5);
  }
}
