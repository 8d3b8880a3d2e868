package org.ppl4j.infer.mcmc;

import java.util.Arrays;

/**
 * Variances or covariances of vectors that come one by one, drawn towards small ones as Stan's: n /
 * (n + 5) of the sample's and 5 / (n + 5) of 0.001 times the unit matrix.
 *
 * <p>Of what varies by less than 1, as coefficients of a column in large units do, that would be
 * too much: where the slopes g of the log density are known too, 0.001 is of 1 / E[g²], if this is
 * less. No variance is smaller (Cramér and Rao).
 *
 * <p>Source: Welford (1962); Stan reference manual, "Automatic parameter tuning".
 */
final class Welford implements MassEstimate {

  private static final double PRIOR_COUNT = 5;
  private static final double PRIOR_VARIANCE = 1e-3;

  private final boolean isDense;
  private final int size;
  private final double[] mean;
  private final double[] before; // distances from the mean before
  private final double[] squares; // sums, of the lower triangle if dense
  private final double[] slopes; // sums of squares
  private int count;

  /**
   * Of vectors of so many numbers.
   *
   * @param isDense whether their covariances are learned too
   */
  Welford(int size, boolean isDense) {
    this.isDense = isDense;
    this.size = size;
    this.mean = new double[size];
    this.before = new double[size];
    this.squares = new double[isDense ? size * size : size];
    this.slopes = new double[size];
  }

  @Override
  public void add(double[] x, double[] gradient) {
    count++;
    for (int i = 0; i < size; i++) {
      before[i] = x[i] - mean[i];
      mean[i] += before[i] / count;
    }
    for (int i = 0; i < size; i++) {
      slopes[i] += gradient[i] * gradient[i];
      double after = x[i] - mean[i];
      if (isDense) {
        for (int j = 0; j <= i; j++) {
          squares[i * size + j] += after * before[j];
        }
      } else {
        squares[i] += after * before[i];
      }
    }
  }

  /** What the variance of a number is drawn to. */
  private double prior(int i) {
    double unit = count / slopes[i]; // of squares that are finite and more than 0
    return unit > 0 && unit < 1 ? PRIOR_VARIANCE * unit : PRIOR_VARIANCE;
  }

  /**
   * The variances (D) or covariances (D, D), row by row; of fewer than two vectors those that they
   * are drawn to.
   */
  double[] regularised() {
    double share = count / (count + PRIOR_COUNT);
    double scale = share / Math.max(count - 1, 1);
    double[] result = new double[squares.length];
    for (int i = 0; i < size; i++) {
      double added = prior(i) * (1 - share);
      if (isDense) {
        for (int j = 0; j <= i; j++) {
          double value = scale * squares[i * size + j];
          result[i * size + j] = value;
          result[j * size + i] = value;
        }
        result[i * size + i] += added;
      } else {
        result[i] = scale * squares[i] + added;
      }
    }
    return result;
  }

  @Override
  public MassMatrix mass() {
    return isDense ? DenseMass.of(regularised(), size) : DiagonalMass.of(regularised());
  }

  @Override
  public void restart() {
    count = 0;
    Arrays.fill(mean, 0);
    Arrays.fill(squares, 0);
    Arrays.fill(slopes, 0);
  }
}
