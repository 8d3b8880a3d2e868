package org.ppl4j.internal.math;

/**
 * The quantile function of the standard normal distribution, to about 1e-16 relative.
 *
 * <p>Only additions, multiplications, divisions, square roots and {@link StrictMath#log}, as {@link
 * StrictLog}, are used, so the bits are the same on every machine and JDK.
 *
 * <p>Source: Wichura, "Algorithm AS 241: the percentage points of the normal distribution" (1988),
 * routine PPND16.
 */
public final class NormalQuantile {

  private static final double CENTRAL = 0.425;
  private static final double CENTRAL_SQUARED = 0.180625;
  private static final double TAIL_SPLIT = 5.0;
  private static final double TAIL_SHIFT = 1.6;

  private NormalQuantile() {}

  /**
   * Returns the quantile; ∓∞ at 0 and 1, NaN beyond.
   *
   * @param p a probability
   */
  public static double of(double p) {
    if (!(p > 0.0 && p < 1.0)) {
      return p == 0.0 || p == 1.0 ? (2.0 * p - 1.0) * Double.POSITIVE_INFINITY : Double.NaN;
    }
    double q = p - 0.5;
    return isCentral(q) ? central(q) : outer(p, q);
  }

  /**
   * The quantiles of the first {@code count} of some probabilities, at the same places, to the same
   * bits as alone; where most are central, in a third of the time.
   *
   * @param p all of the open interval (0, 1)
   */
  public static void of(double[] p, double[] quantiles, int count) {
    for (int i = 0; i < count; i++) { // vector code, if it has no branch
      quantiles[i] = central(p[i] - 0.5);
    }
    for (int i = 0; i < count; i++) {
      double q = p[i] - 0.5;
      if (!isCentral(q)) {
        quantiles[i] = outer(p[i], q);
      }
    }
  }

  private static boolean isCentral(double q) {
    return Math.abs(q) <= CENTRAL;
  }

  private static double outer(double p, double q) {
    double r = Math.sqrt(-StrictLog.of(q < 0.0 ? p : 1.0 - p));
    double z = r <= TAIL_SPLIT ? middle(r - TAIL_SHIFT) : far(r - TAIL_SPLIT);
    return q < 0.0 ? -z : z;
  }

  private static double central(double q) {
    double r = CENTRAL_SQUARED - q * q;
    double numerator = 2509.0809287301227;
    numerator = numerator * r + 33430.57558358813;
    numerator = numerator * r + 67265.7709270087;
    numerator = numerator * r + 45921.95393154987;
    numerator = numerator * r + 13731.69376550946;
    numerator = numerator * r + 1971.5909503065513;
    numerator = numerator * r + 133.14166789178438;
    numerator = numerator * r + 3.3871328727963665;
    double denominator = 5226.495278852546;
    denominator = denominator * r + 28729.085735721943;
    denominator = denominator * r + 39307.89580009271;
    denominator = denominator * r + 21213.794301586597;
    denominator = denominator * r + 5394.196021424751;
    denominator = denominator * r + 687.1870074920579;
    denominator = denominator * r + 42.31333070160091;
    denominator = denominator * r + 1.0;
    return q * (numerator / denominator);
  }

  private static double middle(double r) {
    double numerator = 0.0007745450142783414;
    numerator = numerator * r + 0.022723844989269184;
    numerator = numerator * r + 0.2417807251774506;
    numerator = numerator * r + 1.2704582524523684;
    numerator = numerator * r + 3.6478483247632045;
    numerator = numerator * r + 5.769497221460691;
    numerator = numerator * r + 4.630337846156546;
    numerator = numerator * r + 1.4234371107496835;
    double denominator = 1.0507500716444169e-09;
    denominator = denominator * r + 0.0005475938084995345;
    denominator = denominator * r + 0.015198666563616457;
    denominator = denominator * r + 0.14810397642748008;
    denominator = denominator * r + 0.6897673349851;
    denominator = denominator * r + 1.6763848301838038;
    denominator = denominator * r + 2.053191626637759;
    denominator = denominator * r + 1.0;
    return numerator / denominator;
  }

  private static double far(double r) {
    double numerator = 2.0103343992922881e-07;
    numerator = numerator * r + 2.7115555687434876e-05;
    numerator = numerator * r + 0.0012426609473880784;
    numerator = numerator * r + 0.026532189526576124;
    numerator = numerator * r + 0.29656057182850487;
    numerator = numerator * r + 1.7848265399172913;
    numerator = numerator * r + 5.463784911164114;
    numerator = numerator * r + 6.657904643501103;
    double denominator = 2.0442631033899397e-15;
    denominator = denominator * r + 1.421511758316446e-07;
    denominator = denominator * r + 1.8463183175100548e-05;
    denominator = denominator * r + 0.0007868691311456133;
    denominator = denominator * r + 0.014875361290850615;
    denominator = denominator * r + 0.1369298809227358;
    denominator = denominator * r + 0.599832206555888;
    denominator = denominator * r + 1.0;
    return numerator / denominator;
  }
}
