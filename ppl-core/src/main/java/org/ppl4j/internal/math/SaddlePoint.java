package org.ppl4j.internal.math;

/**
 * Log-probabilities of the Poisson and the binomial distribution for whole numbers held as doubles,
 * without the cancellation of log-factorials.
 *
 * <p>Source: Loader, "Fast and accurate computation of binomial probabilities" (2000).
 */
public final class SaddlePoint {

  private static final double LOG_TWO_PI = 1.8378770664093456;
  private static final int EXACT_BELOW = 16;
  private static final double NEAR = 0.1;
  private static final double PRECISION = 0x1p-56;
  private static final double LARGE = 0x1p1000;

  private SaddlePoint() {}

  /** Returns the log-probability of {@code k} under a Poisson distribution. */
  public static double logPoisson(double k, double rate) {
    if (k == 0.0) {
      return -rate;
    }
    return -stirlingError(k) - deviance(k, rate) - 0.5 * (LOG_TWO_PI + Math.log(k));
  }

  /** Returns the log-probability of {@code k} of {@code n} under success probability {@code p}. */
  public static double logBinomial(double k, double n, double p) {
    if (k == 0.0) {
      return n * Math.log1p(-p);
    }
    if (k == n) {
      return n * Math.log(p);
    }
    return stirlingError(n)
        - stirlingError(k)
        - stirlingError(n - k)
        - deviance(k, n * p)
        - deviance(n - k, n * (1.0 - p))
        - 0.5 * (LOG_TWO_PI + Math.log(k) + Math.log1p(-k / n));
  }

  /** Returns {@code ln n! - ln(sqrt(2 pi n) (n/e)^n)}, the error of Stirling's formula. */
  public static double stirlingError(double n) {
    if (n < EXACT_BELOW) {
      double factorial = 1.0;
      for (int i = 2; i <= n; i++) {
        factorial *= i;
      }
      return Math.log(factorial) + n - (n + 0.5) * Math.log(n) - 0.5 * LOG_TWO_PI;
    }
    return stirlingSeries(n);
  }

  /** Returns the same by Stirling's series, for large {@code n} (DLMF 5.11.1). */
  public static double stirlingSeries(double n) {
    double r = 1.0 / (n * n);
    return (1.0 / 12 - r * (1.0 / 360 - r * (1.0 / 1260 - r * (1.0 / 1680 - r * (1.0 / 1188)))))
        / n;
  }

  /**
   * Returns {@code k ln(k/mean) + mean - k}, without cancellation where they are close; the mean
   * for a k of 0, NaN if either is negative.
   */
  public static double deviance(double k, double mean) {
    if (k == 0.0 || !(k > 0.0 && mean >= 0.0)) {
      return k == 0.0 && mean >= 0.0 ? mean : Double.NaN;
    }
    double difference = k - mean;
    if (Math.abs(difference) >= NEAR * (k + mean)) {
      double ratio = k / mean;
      double log =
          ratio > 1.0 / LARGE && ratio < LARGE ? Math.log(ratio) : Math.log(k) - Math.log(mean);
      return k * log - difference;
    }
    double v = difference / (k + mean);
    double sum = difference * v;
    double term = 2.0 * k * v;
    for (int j = 3; Math.abs(term) > PRECISION * sum; j += 2) {
      term *= v * v;
      sum += term / j;
    }
    return sum;
  }
}
