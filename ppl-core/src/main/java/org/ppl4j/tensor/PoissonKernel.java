package org.ppl4j.tensor;

import org.ppl4j.internal.math.SaddlePoint;

/**
 * Draws Poisson variables: by inversion for small rates, else by transformed rejection.
 *
 * <p>Source: Hörmann, "The transformed rejection method for generating Poisson random variables"
 * (1993), algorithm PTRS.
 */
final class PoissonKernel {

  private static final double REJECTION_FROM = 10.0;
  private static final double NEGLIGIBLE = 0x1p-60;

  private PoissonKernel() {}

  /** Returns a draw, a whole number; NaN for a rate that is negative, NaN or infinite. */
  static double draw(Rng rng, double rate) {
    if (!(rate >= 0.0 && rate < Double.POSITIVE_INFINITY)) {
      return Double.NaN;
    }
    return rate < REJECTION_FROM ? invert(rng.nextUniform(), rate) : reject(rng, rate);
  }

  private static double invert(double uniform, double rate) {
    double rest = uniform;
    double probability = Math.exp(-rate);
    double k = 0.0;
    while (rest > probability && (k < rate || probability > NEGLIGIBLE)) {
      rest -= probability;
      k += 1.0;
      probability *= rate / k;
    }
    return k;
  }

  private static double reject(Rng rng, double rate) {
    double b = 0.931 + 2.53 * Math.sqrt(rate);
    double a = -0.059 + 0.02483 * b;
    double inverseAlpha = 1.1239 + 1.1328 / (b - 3.4);
    double squeeze = 0.9277 - 3.6224 / (b - 2.0);
    while (true) {
      double u = rng.nextUniform() - 0.5;
      double v = rng.nextUniform();
      double edge = 0.5 - Math.abs(u);
      double k = Math.floor((2.0 * a / edge + b) * u + rate + 0.43);
      if (edge >= 0.07 && v <= squeeze) {
        return k;
      }
      if (k < 0.0 || (edge < 0.013 && v > edge)) {
        continue;
      }
      if (Math.log(v * inverseAlpha / (a / (edge * edge) + b)) <= SaddlePoint.logPoisson(k, rate)) {
        return k;
      }
    }
  }
}
