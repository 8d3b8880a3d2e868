package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Solutions of triangular systems for batches of vectors. */
final class Substitution {

  private Substitution() {}

  /** The x with T x = y: T {@code (*, D, D)}, y {@code (*, D)}, batches broadcast. */
  static NDArray solve(NDArray matrix, NDArray y, boolean upper) {
    Shape shape = y.getShape();
    if (matrix.getShape().dimension() == 2 && shape.dimension() > 1) {
      long dim = shape.get(shape.dimension() - 1);
      NDArray columns = Tensors.reshape(y, new Shape(shape.size() / dim, dim)).swapAxes(-1, -2);
      NDArray x = Linalg.solveTriangular(matrix, columns, upper).swapAxes(-1, -2);
      return Tensors.reshape(x, shape);
    }
    Shape batch =
        Shapes.broadcast(Shapes.dropRight(matrix.getShape(), 2), Shapes.dropRight(shape, 1));
    NDArray all = matrix.broadcast(Shapes.concat(batch, Shapes.takeRight(matrix.getShape(), 2)));
    NDArray columns = y.broadcast(Shapes.concat(batch, Shapes.takeRight(shape, 1))).expandDims(-1);
    return Linalg.solveTriangular(all, columns, upper).squeeze(-1);
  }
}
