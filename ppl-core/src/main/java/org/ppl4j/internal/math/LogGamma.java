package org.ppl4j.internal.math;

/**
 * The logarithm of the absolute value of the gamma function, on the host.
 *
 * <p>Steps up by {@code Γ(x + 1) = x Γ(x)} to where Stirling's series (DLMF 5.11.1) is exact to the
 * last digits; reflects negative arguments (DLMF 5.5.3).
 */
public final class LogGamma {

  private static final double ASYMPTOTIC_FROM = 10.0;
  private static final double TINY = 1e-17;

  /** So far from 1 and 2 the Taylor series there has all digits. */
  private static final double NEAR = 0.25;

  private static final double LARGE = 1e17;

  /** B_2k / (2k (2k - 1)), the coefficients of Stirling's series. */
  private static final double[] STIRLING = {
    1.0 / 12, -1.0 / 360, 1.0 / 1260, -1.0 / 1680, 1.0 / 1188, -691.0 / 360360
  };

  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  /** ζ(k) − 1 from k = 2 on. */
  private static final double[] ZETA_MINUS_ONE = {
    0.6449340668482264, 0.2020569031595943, 0.08232323371113819, 0.03692775514336993,
    0.01734306198444914, 0.008349277381922827, 0.00407735619794434, 0.0020083928260822143,
    0.0009945751278180853, 0.0004941886041194645, 0.0002460865533080483, 0.00012271334757848915,
    6.124813505870483e-05, 3.058823630702049e-05, 1.528225940865187e-05, 7.637197637899763e-06,
    3.81729326499984e-06, 1.908212716553939e-06, 9.539620338727962e-07, 4.769329867878064e-07,
    2.38450502727733e-07, 1.1921992596531106e-07, 5.960818905125948e-08
  };

  private static final double EULER = 0.5772156649015329;

  private LogGamma() {}

  /**
   * Returns ln Γ(1 + x) without loss of digits near 0, by its Taylor series there (DLMF 5.7.3).
   *
   * @param x above −1
   */
  public static double ofOnePlus(double x) {
    return Math.abs(x) > NEAR ? of(1.0 + x) : ofTwoPlus(x) - Math.log1p(x);
  }

  /** The same of 2 + x, for x near 0. */
  private static double ofTwoPlus(double x) {
    double sum = 0.0;
    for (int k = ZETA_MINUS_ONE.length + 1; k >= 2; k--) {
      sum = (ZETA_MINUS_ONE[k - 2] / k - sum) * x;
    }
    return x * (1.0 - EULER) + x * sum;
  }

  /**
   * Returns ln Γ(x) − ((x − ½) ln x − x + ½ ln 2π), the error of Stirling's formula, without loss
   * of digits for large x.
   *
   * @param x positive
   */
  public static double stirlingError(double x) {
    return x < ASYMPTOTIC_FROM
        ? of(x) - ((x - 0.5) * Math.log(x) - x + HALF_LOG_TWO_PI)
        : asymptotic(x);
  }

  /**
   * Returns ln |Γ(x)|, to a few units of 1e-15, near its roots 1 and 2 relatively; infinite at 0
   * and the negative integers.
   */
  public static double of(double x) {
    if (Math.abs(x) < TINY) {
      return -Math.log(Math.abs(x));
    }
    if (x <= 0.0) {
      return x == Math.rint(x)
          ? Double.POSITIVE_INFINITY
          : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - of(1.0 - x);
    }
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    if (Math.abs(x - 1.0) <= NEAR) {
      return ofOnePlus(x - 1.0);
    }
    if (Math.abs(x - 2.0) <= NEAR) {
      return ofTwoPlus(x - 2.0);
    }
    double product = 1.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM) {
      product *= y;
      y += 1.0;
    }
    return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + asymptotic(y) - Math.log(product);
  }

  /**
   * Returns {@code ln Γ(x + h) - ln Γ(x)} without loss of digits for small h.
   *
   * @param x positive
   * @param h not negative
   * @return NaN if either is not
   */
  public static double difference(double x, double h) {
    if (!(x > 0.0 && h >= 0.0)) {
      return Double.NaN;
    }
    if (h == Double.POSITIVE_INFINITY) {
      return h;
    }
    double sum = 0.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM) {
      sum += logGrowth(h, y);
      y += 1.0;
    }
    double growth = logGrowth(h, y);
    double r = 1.0 / (y * y);
    double power = 1.0 / y;
    double series = 0.0;
    for (int k = 0; k < STIRLING.length; k++) {
      series += STIRLING[k] * power * Math.expm1(-(2 * k + 1) * growth);
      power *= r;
    }
    return (y - 0.5) * growth - h + h * Math.log(y + h) + series - sum;
  }

  /** {@code log((y + h) / y)}. */
  private static double logGrowth(double h, double y) {
    double ratio = h / y;
    return ratio < LARGE ? Math.log1p(ratio) : Math.log(h) - Math.log(y);
  }

  private static double asymptotic(double y) {
    double r = 1.0 / (y * y);
    return (1.0 / 12
            - r
                * (1.0 / 360
                    - r
                        * (1.0 / 1260
                            - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360))))))
        / y;
  }
}
