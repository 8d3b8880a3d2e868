package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Cholesky;

/**
 * A normal distribution of all numbers of a row, of a mean and a covariance L Lᵀ. Since L is lower
 * triangular, the first entries of L⁻¹ (x − mean) say what the first numbers are, and the others
 * what the others are given those: a linear regression.
 *
 * @param mean (P)
 * @param factor L (P, P), row by row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record JointNormal(double[] mean, double[] factor) {

  private static final double HALF_LOG_TWO_PI = 0.5 * Math.log(2 * Math.PI);

  /** What is left of a column's variance, given those before it, is rounding. */
  private static final double ROUNDING = 1e-13;

  /** With as many entries as there are. */
  JointNormal {
    checkArgument(
        factor.length == mean.length * mean.length,
        "normal distribution has a mean of %s numbers and a factor of %s; pass the square of them",
        mean.length,
        factor.length);
  }

  /** That of a covariance (P, P); null if it has no inverse, up to rounding. */
  static @Nullable JointNormal of(double[] mean, double[] covariance) {
    int size = mean.length;
    double[] factor = Cholesky.factor(covariance, size);
    for (int j = 0; factor != null && j < size; j++) {
      double rest = factor[j * size + j] * factor[j * size + j];
      if (!(rest > ROUNDING * covariance[j * size + j])) {
        return null;
      }
    }
    return factor == null ? null : new JointNormal(mean, factor);
  }

  int size() {
    return mean.length;
  }

  /** An entry of L. */
  double factor(int row, int column) {
    return factor[row * mean.length + column];
  }

  /**
   * L⁻¹ (x − mean) of some rows, of which so many first numbers are known.
   *
   * @param known at most P
   * @param rows by columns: at least {@code known}, of {@code count} numbers each
   * @return by columns
   */
  double[][] whitened(int known, double[][] rows, int count) {
    double[][] white = new double[known][count];
    for (int j = 0; j < known; j++) {
      double[] own = white[j];
      for (int i = 0; i < count; i++) {
        own[i] = rows[j][i] - mean[j];
      }
      for (int k = 0; k < j; k++) {
        subtract(own, factor(j, k), white[k]);
      }
      double scale = 1 / factor(j, j);
      for (int i = 0; i < count; i++) {
        own[i] *= scale;
      }
    }
    return white;
  }

  private static void subtract(double[] from, double times, double[] what) {
    for (int i = 0; i < from.length; i++) {
      from[i] -= times * what[i];
    }
  }

  /**
   * The log-density of numbers {@code from} to {@code to} (exclusive) of rows, given those before.
   */
  double[] logProb(int from, int to, double[][] white, int count) {
    double constant = (from - to) * HALF_LOG_TWO_PI;
    for (int j = from; j < to; j++) {
      constant -= Math.log(factor(j, j));
    }
    double[] logs = new double[count];
    Arrays.fill(logs, constant);
    for (int j = from; j < to; j++) {
      double[] own = white[j];
      for (int i = 0; i < count; i++) {
        logs[i] -= 0.5 * own[i] * own[i];
      }
    }
    return logs;
  }

  /** The mean of a number of a row whose first white numbers are known. */
  double mean(int column, double[][] white, int known, int row) {
    double sum = mean[column];
    for (int j = 0; j < known; j++) {
      sum += factor(column, j) * white[j][row];
    }
    return sum;
  }
}
