package org.ppl4j.internal.math;

/**
 * The implicit derivative of a gamma draw with respect to its concentration: how {@code log z}
 * moves when the concentration {@code a} does and the draw stays at its quantile,
 *
 * <pre>d log z / d a = -(∂P(a, z)/∂a) / (z f(z; a)),</pre>
 *
 * with the regularised incomplete gamma function {@code P} and the density {@code f} (Figurnov,
 * Mohamed, Mnih, "Implicit reparameterization gradients", 2018). Every road below is a sum of terms
 * of one sign wherever it is taken, so no digits cancel; the relative error is below 1e-12.
 *
 * <ul>
 *   <li>Lower part, {@code z <= max(a, 2)}: the power series of P (DLMF 8.7.1), which divided by
 *       {@code z f} and differentiated term by term is {@code Σ_k z^k / (a)_{k+1} (ψ(a+k+1) - log
 *       z)}.
 *   <li>Upper part: {@code T = (1 - P) / (z f)} is a continued fraction (DLMF 8.9.2); with its
 *       derivative carried along, the result is {@code T (log z - ψ(a)) + dT/da}.
 *   <li>{@code a >= 30} and z within a factor of about three of a: {@link GammaUniform}.
 * </ul>
 */
public final class GammaDerivative {

  private static final double UNIFORM_FROM = 30.0;
  private static final double SERIES_TO = 2.0;
  private static final double PRECISION = 0x1p-55;
  private static final int FRACTION_LIMIT = 10_000;

  private GammaDerivative() {}

  /**
   * Returns {@code d log z / d a}.
   *
   * @param a the concentration; NaN if it is not positive
   * @param logZ the logarithm of the draw
   */
  public static double of(double a, double logZ) {
    if (!(a > 0.0) || Double.isNaN(logZ)) {
      return Double.NaN;
    }
    if (a >= UNIFORM_FROM) {
      double mu = Math.expm1(logZ - Math.log(a));
      double eta = GammaUniform.eta(mu);
      if (Math.abs(eta) <= GammaUniform.ETA_LIMIT) {
        return GammaUniform.derivative(a, eta);
      }
    }
    double z = Math.exp(logZ);
    return z <= Math.max(a, SERIES_TO) ? series(a, z, logZ) : fraction(a, z, logZ);
  }

  private static double series(double a, double z, double logZ) {
    double term = 1.0 / a;
    double distance = Digamma.of(a + 1.0) - logZ;
    double sum = term * distance;
    double n = a;
    while (term * (1.0 + Math.abs(distance)) > PRECISION * Math.abs(sum)) {
      n += 1.0;
      term *= z / n;
      distance += 1.0 / n;
      sum += term * distance;
    }
    return sum;
  }

  /** Lentz's algorithm on numbers that carry their derivative with respect to {@code a}. */
  private static double fraction(double a, double z, double logZ) {
    double c = z + 1.0 - a;
    double cSlope = -1.0;
    double d = 0.0;
    double dSlope = 0.0;
    double f = c;
    double logSlope = cSlope / c;
    for (int n = 1; n <= FRACTION_LIMIT; n++) {
      double numerator = n * (a - n);
      double denominator = z + 2.0 * n + 1.0 - a;
      double inverse = denominator + numerator * d;
      double inverseSlope = -1.0 + n * d + numerator * dSlope;
      d = 1.0 / inverse;
      dSlope = -inverseSlope * d * d;
      cSlope = -1.0 + n / c - numerator * cSlope / (c * c);
      c = denominator + numerator / c;
      double factor = c * d;
      double factorLogSlope = cSlope / c - inverseSlope * d;
      f *= factor;
      logSlope += factorLogSlope;
      if (Math.abs(factor - 1.0) <= 4.0 * PRECISION
          && Math.abs(factorLogSlope) <= PRECISION * Math.abs(logSlope)) {
        break;
      }
    }
    return (logZ - Digamma.of(a) - logSlope) / f;
  }
}
