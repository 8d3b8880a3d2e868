package org.ppl4j.tensor;

/**
 * The logarithmic derivative ψ of the gamma function on the positive half line, on the host.
 *
 * <p>Steps up by {@code ψ(x) = ψ(x + 1) - 1/x} to where the asymptotic series (DLMF 5.11.2) is
 * exact to the last digits.
 */
final class Digamma {

  private static final double ASYMPTOTIC_FROM = 10.0;

  private Digamma() {}

  /** Returns ψ(x); the absolute error is a few units of 1e-16 of the largest term. */
  static double of(double x) {
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
}
