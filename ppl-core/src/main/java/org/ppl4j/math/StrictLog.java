package org.ppl4j.math;

/**
 * {@link StrictMath#log}, to the last bit, in Java: until Java 21 that is a call of native code,
 * which takes twice as long.
 *
 * <p>With x = 2ᵏ (1 + f) and √½ ≤ 1 + f < √2, log (1 + f) = 2 s + s R(s²) of s = f / (2 + f), R a
 * polynomial. Source: {@code e_log.c} of fdlibm (Sun Microsystems 1993).
 */
final class StrictLog {

  private static final double LN2_HIGH = 6.93147180369123816490e-01;
  private static final double LN2_LOW = 1.90821492927058770002e-10;
  private static final int MANTISSA = 0x000fffff; // of the upper half of a number
  private static final int ONE = 0x3ff00000;
  private static final long LOWER_HALF = 0xffffffffL;

  private StrictLog() {}

  /**
   * The logarithm.
   *
   * @param x positive and finite
   */
  static double of(double x) {
    boolean isSubnormal = x < Double.MIN_NORMAL;
    long bits = Double.doubleToRawLongBits(isSubnormal ? x * 0x1p54 : x);
    int upper = (int) (bits >>> 32);
    int mantissa = upper & MANTISSA;
    int half = mantissa + 0x95f64 & 0x100000; // whether 1 + f would be √2 or more
    int k = (upper >>> 20) - 1023 + (half >>> 20) - (isSubnormal ? 54 : 0);
    long scaled = (long) (mantissa | half ^ ONE) << 32 | bits & LOWER_HALF;
    double f = Double.longBitsToDouble(scaled) - 1;
    double low = k * LN2_LOW;
    double high = k * LN2_HIGH;
    if ((MANTISSA & 2 + mantissa) < 3) { // |f| < 2^-20
      double r = f * f * (0.5 - 0.33333333333333333 * f);
      return high - (r - low - f);
    }
    double s = f / (2 + f);
    double z = s * s;
    double w = z * z;
    double even =
        w
            * (3.999999999940941908e-01
                + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double odd =
        z
            * (6.666666666666735130e-01
                + w
                    * (2.857142874366239149e-01
                        + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
    double r = odd + even;
    if ((mantissa - 0x6147a | 0x6b851 - mantissa) > 0) {
      double square = 0.5 * f * f;
      return high - (square - (s * (square + r) + low) - f);
    }
    return high - (s * (f - r) - low - f);
  }
}
