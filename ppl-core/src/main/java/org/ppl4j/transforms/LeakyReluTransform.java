package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/** y = x for x ≥ 0, slope · x below; log dy/dx = 0, log slope below. */
final class LeakyReluTransform extends IncreasingTransform {

  private final double slope;

  LeakyReluTransform(double slope) {
    checkArgument(
        slope > 0 && Double.isFinite(slope),
        "parameter 'slope' of leaky ReLU must be positive and finite, but is %s",
        slope);
    this.slope = slope;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return bent(x, slope);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return bent(y, 1 / slope);
  }

  private static Mapped bent(NDArray x, double slope) {
    NDArray isNegative = x.lt(0);
    return new Mapped(
        Tensors.where(isNegative, x.mul(slope), x),
        Tensors.where(isNegative, Tensors.number(Math.log(slope)), 0));
  }

  @Override
  public String toString() {
    return "leaky ReLU";
  }
}
