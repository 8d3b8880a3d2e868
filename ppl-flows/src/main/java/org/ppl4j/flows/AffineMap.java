package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** y = loc + exp(logScale) · x on vectors (D); log |det| = Σ logScale. */
final class AffineMap extends VectorMap {

  private final NDArray loc;
  private final NDArray logScale;

  /** The parameters are {@code (*, D)}; their batch broadcasts with that of the inputs. */
  AffineMap(NDArray loc, NDArray logScale) {
    super(Shapes.dropRight(logScale.getShape(), 1));
    this.loc = loc;
    this.logScale = logScale;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(x.mul(logScale.exp()).add(loc), Tensors.sumRight(logScale, 1));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray inverseScale = logScale.neg();
    return new Mapped(y.sub(loc).mul(inverseScale.exp()), Tensors.sumRight(inverseScale, 1));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new AffineMap(operator.apply(loc), operator.apply(logScale));
  }

  @Override
  public String toString() {
    return "affine";
  }
}
