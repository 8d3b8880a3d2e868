package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** y = log(1 + exp(x)); log dy/dx = x − y; x = y + log(1 − exp(−y)). */
final class SoftplusTransform extends Transform {

  static final SoftplusTransform INSTANCE = new SoftplusTransform();

  private SoftplusTransform() {
    super(0);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray y = Special.softplus(x);
    return new Mapped(y, x.sub(y));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray logSlope = Special.expm1(y.neg()).neg().log();
    return new Mapped(y.add(logSlope), logSlope.neg());
  }

  @Override
  public Constraint codomain() {
    return Constraint.SOFTPLUS_POSITIVE;
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "softplus";
  }
}
