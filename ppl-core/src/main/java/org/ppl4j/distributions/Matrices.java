package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** Matrices as arguments of distributions, {@code (*, N, N)}, and what is computed of them. */
final class Matrices {

  private Matrices() {}

  /** The logarithm of the determinant of triangular matrices with a positive diagonal. */
  static NDArray logDet(NDArray triangular) {
    return Linalg.diagonal(triangular).log().sum(new int[] {-1});
  }

  /**
   * A triangular argument without what is above its diagonal: densities do not see it, so draws and
   * moments must not.
   */
  static NDArray lower(NDArray triangular) {
    return Linalg.tril(triangular, 0);
  }

  /** L Lᵀ. */
  static NDArray square(NDArray matrix) {
    return Tensors.matMul(matrix, matrix.swapAxes(-1, -2));
  }

  /** The sum of squares of each row: the diagonal of L Lᵀ. */
  static NDArray rowSquares(NDArray matrix) {
    return matrix.square().sum(new int[] {-1});
  }

  /** The rightmost dims, fewer if there are not so many, which the argument's check will say. */
  static Shape lastDims(NDArray x, int dims) {
    return Shapes.takeRight(x.getShape(), Math.min(dims, x.getShape().dimension()));
  }

  /** A location {@code (*, event)}, or a plain number for all entries of the event. */
  static Argument location(String name, NDArray value, int eventDims) {
    return new Argument(
        name, value, Constraint.REAL, Tensors.constant(value).isPresent() ? 0 : eventDims);
  }

  /** The size of a square matrix argument; 0 if it has fewer than two dims. */
  static long size(String distribution, String name, NDArray matrix) {
    Shape shape = matrix.getShape();
    int rank = shape.dimension();
    if (rank < 2) {
      return 0;
    }
    checkArgument(
        shape.get(rank - 1) == shape.get(rank - 2),
        "parameter '%s' of %s has shape %s; its two rightmost dims must be equal",
        name,
        distribution,
        shape);
    return shape.get(rank - 1);
  }

  /** Checks that an argument has this size at a dim counted from the right; numbers have all. */
  static void checkSize(String distribution, String name, NDArray value, int axis, long size) {
    Shape shape = value.getShape();
    checkArgument(
        Tensors.constant(value).isPresent()
            || shape.dimension() < -axis
            || shape.get(shape.dimension() + axis) == size,
        "parameter '%s' of %s has shape %s, but its dim %s must be %s, the size of the event",
        name,
        distribution,
        shape,
        axis,
        size);
  }
}
