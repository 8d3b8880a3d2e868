package org.ppl4j.tensor;

import org.ppl4j.internal.math.SaddlePoint;

/**
 * Draws binomial variables: by inversion for small means, else by transformed rejection.
 *
 * <p>Source: Hörmann, "The generation of binomial random variates" (1993), algorithm BTRS.
 */
final class BinomialKernel {

  private static final double REJECTION_FROM = 10.0;
  private static final double NEGLIGIBLE = 0x1p-60;

  private BinomialKernel() {}

  /**
   * Returns the number of successes, a whole number; NaN unless {@code count} is a whole number
   * that is not negative and {@code 0 <= p <= 1}.
   */
  static double draw(Rng rng, double count, double p) {
    if (!(count >= 0.0 && count < Double.POSITIVE_INFINITY && p >= 0.0 && p <= 1.0)
        || count != Math.floor(count)) {
      return Double.NaN;
    }
    if (p > 0.5) {
      return count - drawRare(rng, count, 1.0 - p);
    }
    return drawRare(rng, count, p);
  }

  private static double drawRare(Rng rng, double count, double p) {
    return count * p < REJECTION_FROM ? invert(rng.nextUniform(), count, p) : reject(rng, count, p);
  }

  private static double invert(double uniform, double count, double p) {
    double odds = p / (1.0 - p);
    double rest = uniform;
    double probability = Math.exp(count * Math.log1p(-p));
    double k = 0.0;
    while (rest > probability && k < count && (k < count * p || probability > NEGLIGIBLE)) {
      rest -= probability;
      probability *= (count - k) / (k + 1.0) * odds;
      k += 1.0;
    }
    return k;
  }

  private static double reject(Rng rng, double count, double p) {
    double deviation = Math.sqrt(count * p * (1.0 - p));
    double b = 1.15 + 2.53 * deviation;
    double a = -0.0873 + 0.0248 * b + 0.01 * p;
    double centre = count * p + 0.5;
    double alpha = (2.83 + 5.1 / b) * deviation;
    double squeeze = 0.92 - 4.2 / b;
    double logMode = SaddlePoint.logBinomial(Math.floor((count + 1.0) * p), count, p);
    while (true) {
      double u = rng.nextUniform() - 0.5;
      double v = rng.nextUniform();
      double edge = 0.5 - Math.abs(u);
      double k = Math.floor((2.0 * a / edge + b) * u + centre);
      if (edge >= 0.07 && v <= squeeze) {
        return k;
      }
      if (k < 0.0 || k > count) {
        continue;
      }
      if (Math.log(v * alpha / (a / (edge * edge) + b))
          <= SaddlePoint.logBinomial(k, count, p) - logMode) {
        return k;
      }
    }
  }
}
