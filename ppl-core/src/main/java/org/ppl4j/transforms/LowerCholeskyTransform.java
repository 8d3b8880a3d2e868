package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;

/**
 * From (*, D (D + 1) / 2) reals, the lower triangle row by row, onto (*, D, D) lower triangular
 * matrices with a positive diagonal, which is exponentiated. The log-determinant is the sum of the
 * diagonal's x.
 *
 * <p>Source: Stan Reference Manual, "Covariance matrices".
 */
final class LowerCholeskyTransform extends Transform {

  static final LowerCholeskyTransform INSTANCE = new LowerCholeskyTransform();

  private static final LowerTriangle TRIANGLE = new LowerTriangle(0);

  private LowerCholeskyTransform() {
    super(1, 2);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray matrix = TRIANGLE.toMatrix(x);
    NDArray logDiagonal = Linalg.diagonal(matrix);
    return new Mapped(withDiagonal(matrix, logDiagonal.exp()), logDiagonal.sum(new int[] {-1}));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray logDiagonal = Linalg.diagonal(y).log();
    NDArray x = TRIANGLE.toVector(withDiagonal(y, logDiagonal));
    return new Mapped(x, logDiagonal.sum(new int[] {-1}).neg());
  }

  private static NDArray withDiagonal(NDArray matrix, NDArray diagonal) {
    return Linalg.tril(matrix, -1).add(Linalg.diagonalMatrix(diagonal));
  }

  @Override
  public Constraint codomain() {
    return Constraint.LOWER_CHOLESKY;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return TRIANGLE.matrix(shape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return TRIANGLE.vector(shape);
  }

  @Override
  public String toString() {
    return "lower Cholesky";
  }
}
