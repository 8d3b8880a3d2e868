package org.ppl4j.internal.math;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The derivatives of the digamma function ψ on the host: {@code (-1)^(n+1) n! ζ(n+1, x)} with the
 * zeta function of Hurwitz (DLMF 25.11.12).
 *
 * <p>Steps up by {@code ζ(s, x) = ζ(s, x + 1) + x^-s} to where the sum of Euler and Maclaurin (DLMF
 * 25.11.5) is exact to the last digits.
 */
public final class Polygamma {

  private static final double ASYMPTOTIC_FROM = 12.0;

  /** Below, the steps up would take too long. */
  private static final double LEAST = -1e4;

  /** B_2k / (2k)!. */
  private static final double[] BERNOULLI = {
    1.0 / 12,
    -1.0 / 720,
    1.0 / 30240,
    -1.0 / 1209600,
    1.0 / 47900160,
    -691.0 / 1307674368000.0,
    1.0 / 74724249600.0,
    -3617.0 / 10670622842880000.0
  };

  private Polygamma() {}

  /**
   * Returns the n-th derivative of ψ at x; infinite at 0 and the negative whole numbers, NaN below
   * −10,000.
   *
   * @param n at least 1
   */
  public static double of(int n, double x) {
    checkArgument(n >= 1, "polygamma has order %s, but needs at least 1; use Digamma for 0", n);
    double factor = -1.0;
    for (int i = 1; i <= n; i++) {
      factor *= -i;
    }
    return factor * zeta(n + 1, x);
  }

  /** {@code Σ (x + k)^-s} over all k from 0. */
  private static double zeta(int s, double x) {
    if (x <= 0.0 && x == Math.rint(x)) {
      return Double.POSITIVE_INFINITY;
    }
    if (x < LEAST || x == Double.POSITIVE_INFINITY) {
      return x < LEAST ? Double.NaN : 0.0;
    }
    double sum = 0.0;
    double y = x;
    while (y < ASYMPTOTIC_FROM + s) {
      sum += Math.pow(y, -s);
      y += 1.0;
    }
    double power = Math.pow(y, -s);
    sum += power * y / (s - 1) + 0.5 * power;
    double term = power * s / y;
    for (int k = 0; k < BERNOULLI.length; k++) {
      sum += BERNOULLI[k] * term;
      double rise = s + 2.0 * k + 1.0;
      term *= rise / y * ((rise + 1.0) / y);
    }
    return sum;
  }
}
