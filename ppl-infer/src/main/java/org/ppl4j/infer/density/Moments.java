package org.ppl4j.infer.density;

import org.jspecify.annotations.Nullable;

/**
 * Weighted means and covariances (divisor the sum of the weights) of rows.
 *
 * @param weight the sum of the weights
 * @param mean (P)
 * @param covariance (P, P), row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Moments(double weight, double[] mean, double[] covariance) {

  /** No variance is less, in standard units: that of a column which is constant in a part. */
  private static final double LEAST_VARIANCE = 1e-10;

  /** Where the weights sum to nothing, the mean is about which it was computed. */
  private static final double NOTHING = 1e-300;

  /**
   * Those of rows.
   *
   * @param rows by columns
   * @param weights of each row; null for 1
   * @param about where the mean may be; it takes part in rounding alone
   */
  static Moments of(double[][] rows, double @Nullable [] weights, double[] about) {
    Sums sums = new Sums(about);
    double[] row = new double[about.length];
    for (int i = 0; i < rows[0].length; i++) {
      for (int j = 0; j < row.length; j++) {
        row[j] = rows[j][i];
      }
      sums.add(row, weights == null ? 1 : weights[i]);
    }
    return sums.moments();
  }

  int size() {
    return mean.length;
  }

  /** Whether a column is constant. */
  boolean isConstant(int column) {
    return !(covariance[column * mean.length + column] > LEAST_VARIANCE);
  }

  /** The covariance between columns less by a share, the variances as they are. */
  double[] shrunk(double share) {
    int size = mean.length;
    double[] shrunk = new double[covariance.length];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double own = covariance[i * size + j];
        shrunk[i * size + j] = i == j ? Math.max(own, LEAST_VARIANCE) : own * (1 - share);
      }
    }
    return shrunk;
  }

  /** What sums up to moments, row by row. */
  static final class Sums {

    private final double[] about;
    private final double[] sum;
    private final double[] products;
    private final double[] row;
    private double weight;

    Sums(double[] about) {
      this.about = about;
      this.sum = new double[about.length];
      this.products = new double[about.length * about.length];
      this.row = new double[about.length];
    }

    void add(double[] numbers, double times) {
      int size = about.length;
      weight += times;
      for (int j = 0; j < size; j++) {
        row[j] = numbers[j] - about[j];
      }
      for (int j = 0; j < size; j++) {
        double factor = times * row[j];
        sum[j] += factor;
        int from = j * size;
        for (int k = 0; k <= j; k++) {
          products[from + k] += factor * row[k];
        }
      }
    }

    Moments moments() {
      int size = about.length;
      double[] mean = new double[size];
      double[] covariance = new double[size * size];
      double divisor = Math.max(weight, NOTHING);
      for (int j = 0; j < size; j++) {
        mean[j] = about[j] + sum[j] / divisor;
        for (int k = 0; k <= j; k++) {
          double own = products[j * size + k] / divisor - sum[j] / divisor * (sum[k] / divisor);
          covariance[j * size + k] = own;
          covariance[k * size + j] = own;
        }
      }
      return new Moments(weight, mean, covariance);
    }
  }
}
