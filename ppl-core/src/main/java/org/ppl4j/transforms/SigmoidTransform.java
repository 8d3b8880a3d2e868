package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/**
 * y = σ(x) = 1 / (1 + exp(−x)); log dy/dx = x − 2 softplus(x).
 *
 * <p>Where the logistic function rounds to 0 or 1, y is the nearest number inside, so that a
 * density which is infinite at the boundary stays finite.
 */
final class SigmoidTransform extends Transform {

  static final SigmoidTransform INSTANCE = new SigmoidTransform();

  private SigmoidTransform() {
    super(0);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(SigmoidFormulas.value(x), SigmoidFormulas.logDerivative(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return new Mapped(SigmoidFormulas.quantile(y), SigmoidFormulas.logQuantileDerivative(y));
  }

  @Override
  public Constraint codomain() {
    return Constraint.UNIT_INTERVAL;
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "sigmoid";
  }
}
