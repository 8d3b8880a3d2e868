package org.ppl4j.internal.math;

/**
 * {@link StrictMath#log}, to the last bit, in Java: until Java 21 that is a call of native code,
 * which takes twice as long.
 *
 * <p>With x = 2ᵏ (1 + f) and √½ ≤ 1 + f &lt; √2, log (1 + f) = 2 s + s R(s²) of s = f / (2 + f), R
 * a polynomial. Source: {@code e_log.c} of fdlibm (Sun Microsystems 1993).
 */
final class StrictLog {

  private static final double LN2_HIGH = 0.6931471803691238;
  private static final double LN2_LOW = 1.9082149292705877e-10;
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
      double r = f * f * (0.5 - 0.3333333333333333 * f);
      return high - (r - low - f);
    }
    double s = f / (2 + f);
    double z = s * s;
    double w = z * z;
    double even = w * (0.3999999999940942 + w * (0.22222198432149784 + w * 0.15313837699209373));
    double odd =
        z
            * (0.6666666666666735
                + w * (0.2857142874366239 + w * (0.1818357216161805 + w * 0.14798198605116586)));
    double r = odd + even;
    if ((mantissa - 0x6147a | 0x6b851 - mantissa) > 0) {
      double square = 0.5 * f * f;
      return high - (square - (s * (square + r) + low) - f);
    }
    return high - (s * (f - r) - low - f);
  }
}
