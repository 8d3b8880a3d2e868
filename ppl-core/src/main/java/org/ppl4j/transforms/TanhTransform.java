package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;

/**
 * y = tanh(x); log dy/dx = 2 (log 2 − x − softplus(−2x)).
 *
 * <p>Where tanh rounds to ±1, y is the nearest number inside, so that the inverse stays finite.
 */
final class TanhTransform extends IncreasingTransform {

  static final TanhTransform INSTANCE = new TanhTransform();

  private TanhTransform() {}

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(Tanh.clamp(x.tanh(), 1), Tanh.logDerivative(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return Tanh.inverse(y);
  }

  @Override
  public Constraint codomain() {
    return Constraint.interval(-1, 1);
  }

  @Override
  public String toString() {
    return "tanh";
  }
}
