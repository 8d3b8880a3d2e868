package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Tensors;

/** y = exp(x); log dy/dx = x. */
final class ExpTransform extends Transform {

  static final ExpTransform INSTANCE = new ExpTransform();

  private ExpTransform() {
    super(0);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(LogDistances.exp(x), x);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray x = LogDistances.of(y, 0);
    return new Mapped(x, x.neg());
  }

  @Override
  public Constraint codomain() {
    return Constraint.POSITIVE;
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "exp";
  }
}
