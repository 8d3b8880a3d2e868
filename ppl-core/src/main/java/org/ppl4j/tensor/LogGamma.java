package org.ppl4j.tensor;

/**
 * The logarithm of the absolute value of the gamma function, on the host.
 *
 * <p>Steps up by {@code Γ(x + 1) = x Γ(x)} to where Stirling's series (DLMF 5.11.1) is exact to the
 * last digits; reflects negative arguments (DLMF 5.5.3).
 */
final class LogGamma {

  private static final double ASYMPTOTIC_FROM = 10.0;
  private static final double HALF_LOG_TWO_PI = 0.9189385332046728;

  private LogGamma() {}

  /** Returns ln |Γ(x)|, to a few units of 1e-15; infinite at 0 and the negative integers. */
  static double of(double x) {
    if (x <= 0.0) {
      return x == Math.rint(x)
          ? Double.POSITIVE_INFINITY
          : Math.log(Math.PI / Math.abs(Math.sin(Math.PI * x))) - of(1.0 - x);
    }
    if (x == Double.POSITIVE_INFINITY) {
      return x;
    }
    double product = 1.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM) {
      product *= y;
      y += 1.0;
    }
    double r = 1.0 / (y * y);
    double series =
        (1.0 / 12
                - r
                    * (1.0 / 360
                        - r
                            * (1.0 / 1260
                                - r * (1.0 / 1680 - r * (1.0 / 1188 - r * (691.0 / 360360))))))
            / y;
    return (y - 0.5) * Math.log(y) - y + HALF_LOG_TWO_PI + series - Math.log(product);
  }
}
