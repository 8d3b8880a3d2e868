package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.tensor.Run;

/**
 * The mean and covariance of rows.
 *
 * @param mean (D)
 * @param covariance (D, D), row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Moments(double[] mean, double[] covariance) {

  /**
   * Of rows that have weights. Correlations of few rows are not known, and shrink by as much as
   * there are columns for each that counts, so that the covariance is never singular unless a
   * column is constant.
   *
   * @param rows one after the other
   * @param weights of the rows, which sum to 1
   */
  static Moments of(double[] rows, double[] weights) {
    int dim = rows.length / weights.length;
    double[] mean = new double[dim];
    double[] covariance = new double[dim * dim];
    double squares = 0;
    for (int i = 0; i < weights.length; i++) {
      squares += weights[i] * weights[i];
      for (int j = 0; j < dim; j++) {
        mean[j] += weights[i] * rows[i * dim + j];
      }
    }
    for (int i = 0; i < weights.length; i++) {
      for (int j = 0; j < dim; j++) {
        double off = weights[i] * (rows[i * dim + j] - mean[j]);
        for (int k = 0; k < dim; k++) {
          covariance[j * dim + k] += off * (rows[i * dim + k] - mean[k]);
        }
      }
    }
    double known = 1 / (1 + dim * squares);
    for (int j = 0; j < dim; j++) {
      for (int k = 0; k < dim; k++) {
        covariance[j * dim + k] *= j == k ? 1 : known;
      }
    }
    return new Moments(mean, covariance);
  }

  /** How many columns there are. */
  int dim() {
    return mean.length;
  }

  /** With so many times the covariance. */
  Moments widened(double factor) {
    double[] wide = covariance.clone();
    for (int i = 0; i < wide.length; i++) {
      wide[i] *= factor;
    }
    return new Moments(mean, wide);
  }

  NDArray loc(Run run) {
    return run.create(mean, new Shape(dim()));
  }

  /** The normal distribution that has them. */
  MultivariateNormal in(Run run) {
    return MultivariateNormal.withCovariance(
        loc(run), run.create(covariance, new Shape(dim(), dim())));
  }
}
