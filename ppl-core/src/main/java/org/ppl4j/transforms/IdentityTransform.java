package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/** y = x; the log-determinant is 0. */
final class IdentityTransform extends Transform {

  static final IdentityTransform INSTANCE = new IdentityTransform();

  private IdentityTransform() {
    super(0);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(x, Tensors.run(x).zeros(x.getShape()));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return doForward(y);
  }

  @Override
  public Transform inverted() {
    return this;
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "identity";
  }
}
