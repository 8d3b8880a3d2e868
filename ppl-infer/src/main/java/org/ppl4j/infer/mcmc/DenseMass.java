package org.ppl4j.infer.mcmc;

import com.google.common.primitives.Doubles;
import org.ppl4j.internal.math.Cholesky;
import org.ppl4j.tensor.Rng;

/** A mass matrix that is the inverse of a covariance matrix Σ = L Lᵀ. */
final class DenseMass implements MassMatrix {

  private final double[] covariance;
  private final double[] factor; // L, of which the lower triangle counts
  private final int size;

  private DenseMass(double[] covariance, double[] factor, int size) {
    this.covariance = covariance;
    this.factor = factor;
    this.size = size;
  }

  /**
   * Of this covariance; of its diagonal alone if rounding has left it without a Cholesky factor.
   *
   * @param covariance (D, D), row by row
   */
  static MassMatrix of(double[] covariance, int size) {
    double[] factor = Cholesky.factor(covariance, size);
    if (factor != null) {
      return new DenseMass(covariance.clone(), factor, size);
    }
    double[] variances = new double[size];
    for (int i = 0; i < size; i++) {
      variances[i] = covariance[i * size + i];
    }
    return DiagonalMass.of(variances);
  }

  @Override
  public void velocity(double[] momentum, double[] velocity) {
    for (int i = 0; i < size; i++) {
      double sum = 0;
      for (int j = 0; j < size; j++) {
        sum += covariance[i * size + j] * momentum[j];
      }
      velocity[i] = sum;
    }
  }

  /** The solution of Lᵀ p = z, z of N(0, 1): its covariance is (L Lᵀ)⁻¹. */
  @Override
  public void draw(Rng rng, double[] momentum) {
    for (int i = 0; i < size; i++) {
      momentum[i] = rng.nextNormal();
    }
    Cholesky.solveTransposed(factor, momentum);
  }

  @Override
  public MassMatrix inverted() {
    return of(Cholesky.inverse(factor, size), size);
  }

  @Override
  public double[] numbers() {
    return Doubles.concat(new double[] {1}, covariance);
  }
}
