package org.ppl4j.tensor;

/**
 * Draws the logarithm of a standard gamma variable, so that draws far below the smallest float stay
 * finite.
 *
 * <p>For {@code concentration >= 1}: {@code d = concentration - 1/3}, {@code log z = log d + 3
 * log1p(x / sqrt(9 d))} with a normal {@code x}, accepted with the right probability. Below 1 a
 * draw of {@code concentration + 1} is scaled by {@code u^(1/concentration)}.
 *
 * <p>Source: Marsaglia, Tsang, "A simple method for generating gamma variables" (2000).
 */
final class GammaKernel {

  private GammaKernel() {}

  /**
   * Returns the logarithm of a draw of Gamma(concentration, 1); NaN for a concentration that is not
   * positive and finite.
   */
  static double logDraw(Rng rng, double concentration) {
    if (!(concentration > 0.0 && concentration < Double.POSITIVE_INFINITY)) {
      return Double.NaN;
    }
    if (concentration < 1.0) {
      return logDrawAboveOne(rng, concentration + 1.0)
          + Math.log(rng.nextUniform()) / concentration;
    }
    return logDrawAboveOne(rng, concentration);
  }

  private static double logDrawAboveOne(Rng rng, double concentration) {
    double d = concentration - 1.0 / 3.0;
    double c = 1.0 / Math.sqrt(9.0 * d);
    while (true) {
      double x = rng.nextNormal();
      if (c * x <= -1.0) {
        continue;
      }
      double logCubeRoot = Math.log1p(c * x);
      double v = Math.exp(3.0 * logCubeRoot);
      double logU = Math.log(rng.nextUniform());
      if (logU < 0.5 * x * x + d * (1.0 - v + 3.0 * logCubeRoot)) {
        return Math.log(d) + 3.0 * logCubeRoot;
      }
    }
  }
}
