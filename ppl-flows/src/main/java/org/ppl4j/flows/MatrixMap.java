package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** y = M x with both matrices at hand. */
final class MatrixMap extends VectorMap {

  private final NDArray matrix;
  private final NDArray inverse;
  private final NDArray logDet;
  private final String name;

  /** Matrices {@code (*, D, D)}, log |det M| {@code (*)}. */
  MatrixMap(NDArray matrix, NDArray inverse, NDArray logDet, String name) {
    super(Shapes.dropRight(matrix.getShape(), 2));
    this.matrix = matrix;
    this.inverse = inverse;
    this.logDet = logDet;
    this.name = name;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(product(matrix, x), logDet);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return new Mapped(product(inverse, y), logDet.neg());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new MatrixMap(
        operator.apply(matrix), operator.apply(inverse), operator.apply(logDet), name);
  }

  @Override
  public String toString() {
    return name;
  }
}
