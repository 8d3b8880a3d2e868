package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * From (*, D (D − 1) / 2) reals, the strict lower triangle row by row, onto (*, D, D) Cholesky
 * factors of correlation matrices. With the canonical partial correlations r = tanh x,
 *
 * <pre>{@code
 * L_ij = r_ij √(Π_{k<j} (1 − r_ik²)),   L_ii = √(Π_{k<i} (1 − r_ik²))
 * log |det| = Σ_{j<i} (log(1 − r_ij²) + ½ Σ_{k<j} log(1 − r_ik²))
 * }</pre>
 *
 * of the map to the entries below the diagonal. All products are sums of log(1 − r²) = −2 log cosh
 * x, which keeps its digits where r rounds to 1; backwards, 1 − r² is the ratio of two sums of
 * squares from the right end of a row, in which nothing cancels.
 *
 * <p>Source: Stan Reference Manual, "Cholesky factors of correlation matrices"; Lewandowski,
 * Kurowicka and Joe, "Generating random correlation matrices based on vines and extended onion
 * method" (2009).
 */
final class CorrCholeskyTransform extends Transform {

  static final CorrCholeskyTransform INSTANCE = new CorrCholeskyTransform();

  private static final LowerTriangle TRIANGLE = new LowerTriangle(1);

  private CorrCholeskyTransform() {
    super(1, 2);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Shape shape = TRIANGLE.matrix(x.getShape());
    long size = shape.get(shape.dimension() - 1);
    NDArray log = logOneLessSquare(x);
    NDArray logs = TRIANGLE.toMatrix(log);
    NDArray left = logs.cumSum(-1).sub(logs).mul(0.5).exp();
    NDArray partial = TRIANGLE.toMatrix(x.tanh()).add(Tensors.run(x).eye(size));
    return new Mapped(partial.mul(left), weighted(log, size));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    long size = y.getShape().get(y.getShape().dimension() - 1);
    NDArray left = y.square().flip(-1).cumSum(-1).flip(-1);
    NDArray after = TRIANGLE.toVector(left, 1);
    NDArray x = TRIANGLE.toVector(y).div(after.sqrt()).asinh();
    NDArray log = after.log().sub(TRIANGLE.toVector(left).log());
    return new Mapped(x, weighted(log, size).neg());
  }

  /** log(1 − tanh² x) = −2 log cosh x. */
  private static NDArray logOneLessSquare(NDArray x) {
    return x.add(Special.softplus(x.mul(-2))).sub(Math.log(2)).mul(-2);
  }

  /** Each log(1 − r_ij²) enters once for itself and by half for each entry right of it. */
  private static NDArray weighted(NDArray log, long size) {
    double[] weights = new double[Math.toIntExact(size * (size - 1) / 2)];
    int next = 0;
    for (int row = 1; row < size; row++) {
      for (int column = 0; column < row; column++) {
        weights[next++] = 1 + 0.5 * (row - 1 - column);
      }
    }
    return Tensors.matMul(log, Tensors.run(log).create(weights, new Shape(weights.length)));
  }

  @Override
  public Constraint codomain() {
    return Constraint.CORR_CHOLESKY;
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
    return "correlation Cholesky";
  }
}
