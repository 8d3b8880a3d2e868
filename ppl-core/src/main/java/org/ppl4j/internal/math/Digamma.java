package org.ppl4j.internal.math;

/**
 * The logarithmic derivative ψ of the gamma function on the positive half line, on the host.
 *
 * <p>Steps up by {@code ψ(x) = ψ(x + 1) - 1/x} to where the asymptotic series (DLMF 5.11.2) is
 * exact to the last digits.
 */
public final class Digamma {

  private static final double ASYMPTOTIC_FROM = 10.0;
  private static final double ALL_WHOLE = -0x1p52;

  /** B_2k / (2k). */
  private static final double[] BERNOULLI = {
    1.0 / 12, -1.0 / 120, 1.0 / 252, -1.0 / 240, 1.0 / 132, -691.0 / 32760, 1.0 / 12
  };

  private Digamma() {}

  /**
   * Returns ψ(x); the absolute error is a few units of 1e-16 of the largest term. It is ∓∞ at ±0
   * and −∞ at the negative whole numbers, and NaN where all are whole.
   */
  public static double of(double x) {
    if (x <= 0.0 && x == Math.rint(x)) {
      return x == 0.0 ? -1.0 / x : x > ALL_WHOLE ? Double.NEGATIVE_INFINITY : Double.NaN;
    }
    if (x < 0.0) {
      return of(1.0 - x) - Math.PI / Math.tan(Math.PI * x);
    }
    double shift = 0.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM) {
      shift += 1.0 / y;
      y += 1.0;
    }
    double r = 1.0 / (y * y);
    double series =
        r
            * (1.0 / 12
                - r
                    * (1.0 / 120
                        - r
                            * (1.0 / 252
                                - r
                                    * (1.0 / 240
                                        - r
                                            * (1.0 / 132
                                                - r * (691.0 / 32760 - r * (1.0 / 12)))))));
    return Math.log(y) - 0.5 / y - series - shift;
  }

  /**
   * Returns {@code ψ(x + h) - ψ(x)} without loss of digits for small h.
   *
   * @param x positive
   * @param h not negative
   * @return NaN if either is not
   */
  public static double difference(double x, double h) {
    if (!(x > 0.0 && h >= 0.0)) {
      return Double.NaN;
    }
    double sum = 0.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM) {
      sum += share(h, y) / y;
      y += 1.0;
    }
    double growth = Math.log1p(h / y);
    double r = 1.0 / (y * y);
    double power = 1.0;
    double series = 0.0;
    for (int k = 0; k < BERNOULLI.length; k++) {
      power *= r;
      series += BERNOULLI[k] * power * Math.expm1(-2.0 * (k + 1) * growth);
    }
    return sum + growth + 0.5 * share(h, y) / y - series;
  }

  /** {@code h / (h + y)}, without overflow. */
  private static double share(double h, double y) {
    return 1.0 / (1.0 + y / h);
  }
}
