package org.ppl4j;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** How much the log probability of a site counts, and where. */
final class Weight {

  private double scale = 1;
  private @Nullable NDArray mask;
  private boolean maskedOut;

  /** The factor. */
  double scale() {
    return scale;
  }

  /** Booleans: where it counts; null: everywhere. */
  @Nullable NDArray mask() {
    return mask;
  }

  /** Whether it counts nowhere. */
  boolean isMaskedOut() {
    return maskedOut;
  }

  void scaleBy(double factor) {
    scale *= factor;
  }

  void maskBy(NDArray more) {
    mask = mask == null ? more : mask.logicalAnd(more);
  }

  void maskOut() {
    maskedOut = true;
  }

  /** A log probability with 0 where it does not count. */
  NDArray masked(NDArray logProb) {
    if (maskedOut) {
      return Tensors.number(0);
    }
    return mask == null ? logProb : Tensors.where(mask, logProb, Tensors.number(0));
  }

  /** A log probability, masked, summed to a number and scaled. */
  NDArray total(NDArray logProb) {
    NDArray counted = masked(logProb);
    NDArray sum = counted.getShape().dimension() == 0 ? counted : Tensors.total(counted);
    return scale == 1 ? sum : sum.mul(scale);
  }

  /** The same without the mask, which is a tensor of the run. */
  Weight detached() {
    Weight copy = new Weight();
    copy.scale = scale;
    copy.maskedOut = maskedOut;
    return copy;
  }
}
