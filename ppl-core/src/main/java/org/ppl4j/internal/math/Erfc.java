package org.ppl4j.internal.math;

/**
 * The complementary error function on the host.
 *
 * <p>Up to 1 by the power series of erf (DLMF 7.6.2), whose terms are positive; above by the
 * trapezoidal rule of {@code erfc(x) = (2 x exp(-x²) / π) ∫_0^∞ exp(-t²) / (t² + x²) dt} with its
 * pole taken out, whose error is {@code exp(-π²/h²)}, below 1e-17 for the step h = 1/2.
 *
 * <p>Source: Hunter, Regan, "A note on the evaluation of the complementary error function" (1972).
 */
public final class Erfc {

  private static final double TWO_OVER_ROOT_PI = 1.1283791670955126;
  private static final double ROOT_PI = Math.sqrt(Math.PI);
  private static final double FAR = 1e9;
  private static final int TERMS = 13;

  private Erfc() {}

  /** Returns {@code erf(x) = 1 - erfc(x)}, also near 0 to a few units of 1e-16 relative. */
  public static double erf(double x) {
    double size = Math.abs(x);
    return Math.copySign(size < 1.0 ? series(size) : 1.0 - of(size), x);
  }

  /** Returns {@code exp(x²) erfc(x)}, which overflows below −26. */
  public static double scaled(double x) {
    return x < 1.0 ? Math.exp(x * x) * of(x) : x > FAR ? 1.0 / ROOT_PI / x : tail(x);
  }

  /** Returns erfc(x), to a few units of 1e-16 relative on the positive half line. */
  public static double of(double x) {
    if (x < 0.0) {
      return 2.0 - of(-x);
    }
    if (x < 1.0) {
      return 1.0 - series(x);
    }
    double square = x * x;
    double rest = Math.fma(x, x, -square);
    return square > 800.0 ? 0.0 : Math.exp(-square) * (1.0 - rest) * tail(x);
  }

  private static double series(double x) {
    double term = x;
    double sum = x;
    for (int n = 1; term > 0x1p-56 * sum; n++) {
      term *= 2.0 * x * x / (2 * n + 1);
      sum += term;
    }
    return TWO_OVER_ROOT_PI * Math.exp(-x * x) * sum;
  }

  private static double tail(double x) {
    double square = x * x;
    double sum = 0.5 / square;
    for (int n = 1; n <= TERMS; n++) {
      double node = 0.25 * n * n;
      sum += Math.exp(-node) / (node + square);
    }
    double pole = x < 6.0 ? 2.0 * Math.exp(square) / Math.expm1(4.0 * Math.PI * x) : 0.0;
    return x / Math.PI * sum - pole;
  }
}
