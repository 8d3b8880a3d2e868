package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Special;

/**
 * y = x / (1 + |x| / B), onto the interval from −B to B; log dy/dx = −2 log(1 + |x| / B).
 *
 * <p>Where y rounds to ±B, it is the nearest number inside.
 */
final class SoftClipTransform extends IncreasingTransform {

  private final double bound;

  SoftClipTransform(double bound) {
    checkArgument(
        bound > 0 && Double.isFinite(bound),
        "parameter 'bound' of soft clip must be positive and finite, but is %s",
        bound);
    this.bound = bound;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray part = x.abs().div(bound);
    return new Mapped(Tanh.clamp(x.div(part.add(1)), bound), Special.log1p(part).mul(-2));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray part = y.abs().div(-bound);
    return new Mapped(y.div(part.add(1)), Special.log1p(part).mul(-2));
  }

  @Override
  public Constraint codomain() {
    return Constraint.interval(-bound, bound);
  }

  @Override
  public String toString() {
    return "soft clip";
  }
}
