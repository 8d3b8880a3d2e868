package org.ppl4j.internal.math;

/**
 * The modified Bessel functions of the first kind on the host, times {@code exp(-|x|)}.
 *
 * <p>Up to 30 by the power series (DLMF 10.25.2), whose terms are positive; above by the asymptotic
 * series (DLMF 10.40.1), whose least term is of the size {@code exp(-2 |x|)}.
 */
public final class ScaledBessel {

  private static final double ASYMPTOTIC_FROM = 30.0;
  private static final double PRECISION = 0x1p-56;

  private ScaledBessel() {}

  /** Returns {@code exp(-|x|) I_0(x)}. */
  public static double i0(double x) {
    return of(0, Math.abs(x));
  }

  /** Returns {@code exp(-|x|) I_1(x)}. */
  public static double i1(double x) {
    return Math.copySign(of(1, Math.abs(x)), x);
  }

  private static double of(int order, double x) {
    return x < ASYMPTOTIC_FROM ? series(order, x) : asymptotic(order, x);
  }

  private static double series(int order, double x) {
    double quarter = 0.25 * x * x;
    double term = order == 0 ? 1.0 : Math.max(0.5 * x, x - 0.5 * x); // 0 of 0 alone
    double sum = term;
    for (int k = 1; term > PRECISION * sum; k++) {
      term *= quarter / (k * (double) (k + order));
      sum += term;
    }
    return Math.exp(-x) * sum;
  }

  private static double asymptotic(int order, double x) {
    double square = 4.0 * order * order;
    double term = 1.0;
    double sum = term;
    for (int k = 1; Math.abs(term) > PRECISION * sum; k++) {
      double odd = 2.0 * k - 1.0;
      term *= (odd * odd - square) / (8.0 * k * x);
      sum += term;
    }
    return sum / (Math.sqrt(2.0 * Math.PI) * Math.sqrt(x));
  }
}
