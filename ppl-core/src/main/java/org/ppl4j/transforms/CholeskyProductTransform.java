package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Tensors;

/**
 * y = L Lᵀ, from Cholesky factors onto positive definite or correlation matrices.
 *
 * <p>Between the entries on and below the diagonal, log |det| = D log 2 + Σ_j (D − j + 1) log L_jj;
 * of correlations, between those below it, Σ_j (D − j) log L_jj (j = 1 … D). Inverse: one Cholesky
 * decomposition, which throws for a matrix that is not positive definite.
 *
 * <p>Source: Stan Reference Manual, "Covariance matrices", "Correlation matrices".
 */
final class CholeskyProductTransform extends Transform {

  static final CholeskyProductTransform COVARIANCE = new CholeskyProductTransform(false);
  static final CholeskyProductTransform CORRELATION = new CholeskyProductTransform(true);

  private final boolean correlation;

  private CholeskyProductTransform(boolean correlation) {
    super(2);
    this.correlation = correlation;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(Tensors.matMul(x, x.swapAxes(-1, -2)), logDet(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray x = Linalg.cholesky(y);
    return new Mapped(x, logDet(x).neg());
  }

  private NDArray logDet(NDArray factor) {
    long size = factor.getShape().get(factor.getShape().dimension() - 1);
    double[] weights = new double[Math.toIntExact(correlation ? size - 1 : size)];
    for (int j = 0; j < weights.length; j++) {
      weights[j] = weights.length - j;
    }
    NDArray diagonal = Tensors.range(Linalg.diagonal(factor), -1, 0, weights.length);
    NDArray of = Tensors.run(factor).create(weights, new Shape(weights.length));
    NDArray sum = Tensors.matMul(diagonal.log(), of);
    return correlation ? sum : sum.add(size * Math.log(2));
  }

  @Override
  public Constraint domain() {
    return correlation ? Constraint.CORR_CHOLESKY : Constraint.LOWER_CHOLESKY;
  }

  @Override
  public Constraint codomain() {
    return correlation ? Constraint.CORR_MATRIX : Constraint.POSITIVE_DEFINITE;
  }

  @Override
  public String toString() {
    return "Cholesky product";
  }
}
