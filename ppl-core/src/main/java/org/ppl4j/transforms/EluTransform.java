package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * y = x for x ≥ 0, α (exp(x) − 1) below, onto the numbers above −α; log dy/dx = 0, x + log α below.
 *
 * <p>Where exp(x) − 1 rounds to −1, y is the nearest number inside. Source: Clevert, Unterthiner
 * and Hochreiter, "Fast and accurate deep network learning by exponential linear units" (2016).
 */
final class EluTransform extends IncreasingTransform {

  private final double alpha;

  EluTransform(double alpha) {
    checkArgument(
        alpha > 0 && Double.isFinite(alpha),
        "parameter 'alpha' of ELU must be positive and finite, but is %s",
        alpha);
    this.alpha = alpha;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray isNegative = x.lt(0);
    NDArray below = Tensors.where(isNegative, x, 0);
    NDArray value = Tanh.clamp(Special.expm1(below), 1).mul(alpha).add(x.sub(below));
    return new Mapped(value, Tensors.where(isNegative, below.add(Math.log(alpha)), 0));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray isNegative = y.lt(0);
    NDArray below = Tensors.where(isNegative, y, 0);
    NDArray x = Special.log1p(below.div(alpha));
    return new Mapped(
        x.add(y.sub(below)), Tensors.where(isNegative, x.add(Math.log(alpha)).neg(), 0));
  }

  @Override
  public Constraint codomain() {
    return Constraint.greaterThan(-alpha);
  }

  @Override
  public String toString() {
    return "ELU";
  }
}
