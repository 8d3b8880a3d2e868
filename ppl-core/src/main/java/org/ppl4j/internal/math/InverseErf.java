package org.ppl4j.internal.math;

/**
 * The inverse of the error function on the host, by the normal quantile function; in the middle,
 * where that has no relative accuracy, with a Newton step.
 */
public final class InverseErf {

  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double HALF_ROOT_PI = 0.5 * Math.sqrt(Math.PI);

  private InverseErf() {}

  /** Returns the y with {@code erf(y) = x}; infinite at −1 and 1, NaN beyond. */
  public static double of(double x) {
    double size = Math.abs(x);
    if (size < 0.5) {
      double y = ROOT_HALF * NormalQuantile.of(0.5 + 0.5 * x);
      return y - (Erfc.erf(y) - x) * HALF_ROOT_PI * Math.exp(y * y);
    }
    if (size < 1.0) {
      return Math.copySign(ROOT_HALF * NormalQuantile.of(0.5 * (1.0 - size)), x);
    }
    return size == 1.0 ? x * Double.POSITIVE_INFINITY : Double.NaN;
  }
}
