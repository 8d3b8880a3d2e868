package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * y = loc + L x of vectors, L lower triangular with a positive diagonal: log |det L| is the sum of
 * the diagonal's logarithms. What is above the diagonal does not count.
 */
final class LowerCholeskyAffineTransform extends Transform {

  private final NDArray loc;
  private final NDArray scaleTril;

  private LowerCholeskyAffineTransform(NDArray loc, NDArray scaleTril) {
    super(1);
    this.loc = loc;
    this.scaleTril = scaleTril;
  }

  static LowerCholeskyAffineTransform of(NDArray loc, NDArray scaleTril) {
    Shape vector = loc.getShape();
    Shape matrix = scaleTril.getShape();
    int rank = matrix.dimension();
    checkArgument(
        rank >= 2
            && vector.dimension() >= 1
            && matrix.get(rank - 1) == matrix.get(rank - 2)
            && vector.get(vector.dimension() - 1) == matrix.get(rank - 1),
        "parameters 'loc' and 'scaleTril' of lower Cholesky affine have shapes %s and %s, but need"
            + " (*, D) and (*, D, D)",
        vector,
        matrix);
    return new LowerCholeskyAffineTransform(loc, scaleTril);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(Linalg.times(Linalg.tril(scaleTril, 0), x).add(loc), logDet());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray deviation = y.sub(loc).expandDims(-1);
    NDArray x = Linalg.solveTriangular(scaleTril, deviation, false).squeeze(-1);
    return new Mapped(x, logDet().neg());
  }

  private NDArray logDet() {
    return Linalg.diagonal(scaleTril).log().sum(new int[] {-1});
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new LowerCholeskyAffineTransform(operator.apply(loc), operator.apply(scaleTril));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, loc.getShape(), Shapes.dropRight(scaleTril.getShape(), 1));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public String toString() {
    return "lower Cholesky affine";
  }
}
