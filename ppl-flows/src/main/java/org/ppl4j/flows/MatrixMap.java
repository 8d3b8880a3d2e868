package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** y = M x, M a power of a matrix whose inverse is at hand. */
final class MatrixMap extends VectorMap {

  private final NDArray matrix;
  private final NDArray inverse;
  private final int times;
  private final NDArray logDet;
  private final String name;

  /** Matrices {@code (*, D, D)}, each applied {@code times}, and log |det M| {@code (*)}. */
  MatrixMap(NDArray matrix, NDArray inverse, int times, NDArray logDet, String name) {
    super(Shapes.dropRight(matrix.getShape(), 2));
    this.matrix = matrix;
    this.inverse = inverse;
    this.times = times;
    this.logDet = logDet;
    this.name = name;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(power(matrix, x), logDet);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return new Mapped(power(inverse, y), logDet.neg());
  }

  private NDArray power(NDArray factor, NDArray x) {
    NDArray value = x;
    for (int i = 0; i < times; i++) {
      value = Linalg.times(factor, value);
    }
    return value;
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new MatrixMap(
        operator.apply(matrix), operator.apply(inverse), times, operator.apply(logDet), name);
  }

  @Override
  public String toString() {
    return name;
  }
}
