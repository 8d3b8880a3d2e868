package org.ppl4j.tensor.internal.plan;

/**
 * What exponentials, logarithms and choices do with the bits of a number, in either type: the
 * compiler of the virtual machine makes no vector code of it. Generated loops call it.
 */
final class Bits {

  /** A number beside which one to 2 to the 51 is a whole number in the last bits. */
  static final double WHOLE = 0x1.8p52;

  /** The same in single precision, to 2 to the 22. */
  static final float SINGLE_WHOLE = 0x1.8p23f;

  private static final int MANTISSA = 52;
  private static final int SINGLE_MANTISSA = 23;

  /** Down from it, and from its negative up, powers of two have other bits. */
  private static final int LEAST = -1021;

  private static final int SINGLE_LEAST = -125;

  private static final long LEAST_BITS = Double.doubleToRawLongBits(WHOLE + LEAST);
  private static final int SINGLE_LEAST_BITS = Float.floatToRawIntBits(SINGLE_WHOLE + SINGLE_LEAST);

  /** Beyond it in size a power of two is 0 or infinite, whatever it is multiplied by. */
  private static final double BEYOND = 2200;

  private static final long NORMAL = Double.doubleToRawLongBits(Double.MIN_NORMAL);
  private static final int SINGLE_NORMAL = Float.floatToRawIntBits(Float.MIN_NORMAL);
  private static final long NORMALS = Double.doubleToRawLongBits(Double.MAX_VALUE) - NORMAL;
  private static final int SINGLE_NORMALS =
      Float.floatToRawIntBits(Float.MAX_VALUE) - SINGLE_NORMAL;

  /** The square root of a half, without the last bits. */
  private static final long ROOT_HALF = 0x3fe6a09e00000000L;

  private static final int SINGLE_ROOT_HALF = 0x3f350000;

  /** Makes numbers of subnormal ones that are not. */
  private static final int SHIFT = 54;

  private Bits() {}

  /**
   * y times two to the k. Where k is beyond all exponents it is 0 or infinite, whatever y is.
   *
   * @param y 0, or from a quarter to 2
   * @param whole k and {@link #WHOLE}
   */
  static double scaled(double y, double whole) {
    long bits = Double.doubleToRawLongBits(whole);
    return Long.MIN_VALUE + (bits - LEAST_BITS) <= Long.MIN_VALUE - 2 * LEAST
        ? Double.longBitsToDouble(Double.doubleToRawLongBits(y) + (bits << MANTISSA))
        : far(y, whole - WHOLE);
  }

  /** The same in single precision. */
  static float scaled(float y, float whole) {
    int bits = Float.floatToRawIntBits(whole);
    return Integer.MIN_VALUE + (bits - SINGLE_LEAST_BITS) <= Integer.MIN_VALUE - 2 * SINGLE_LEAST
        ? Float.intBitsToFloat(Float.floatToRawIntBits(y) + (bits << SINGLE_MANTISSA))
        : (float) far(y, whole - SINGLE_WHOLE);
  }

  private static double far(double y, double k) {
    if (Math.abs(k) < BEYOND) {
      return Math.scalb(y, (int) k);
    }
    return k > 0 ? Double.POSITIVE_INFINITY : k < 0 ? 0 : Double.NaN;
  }

  /**
   * The k for which x is two to the k times a {@linkplain #fraction fraction}; −∞ of 0, ∞ of ∞, and
   * NaN of less than 0.
   */
  static double exponent(double x) {
    long bits = Double.doubleToRawLongBits(x);
    return Long.MIN_VALUE + (bits - NORMAL) <= Long.MIN_VALUE + NORMALS
        ? (int) ((bits - ROOT_HALF) >> MANTISSA)
        : farExponent(x);
  }

  /** The same in single precision. */
  static float exponent(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Integer.MIN_VALUE + (bits - SINGLE_NORMAL) <= Integer.MIN_VALUE + SINGLE_NORMALS
        ? (bits - SINGLE_ROOT_HALF) >> SINGLE_MANTISSA
        : farExponent(x);
  }

  private static double farExponent(double x) {
    boolean isSubnormal = x > 0 && x < Double.MIN_NORMAL;
    return isSubnormal ? exponent(x * (1L << SHIFT)) - SHIFT : ofNone(x);
  }

  private static float farExponent(float x) {
    boolean isSubnormal = x > 0 && x < Float.MIN_NORMAL;
    return isSubnormal ? exponent(x * (1L << SHIFT)) - SHIFT : (float) ofNone(x);
  }

  private static double ofNone(double x) {
    return x > 0 ? x : x == 0 ? Double.NEGATIVE_INFINITY : Double.NaN;
  }

  /** From √½ on below √2, by about a unit of single precision; 1 where x has no exponent. */
  static double fraction(double x) {
    long bits = Double.doubleToRawLongBits(x);
    return Long.MIN_VALUE + (bits - NORMAL) <= Long.MIN_VALUE + NORMALS
        ? Double.longBitsToDouble(bits - ((bits - ROOT_HALF) >> MANTISSA << MANTISSA))
        : x > 0 && x < Double.MIN_NORMAL ? fraction(x * (1L << SHIFT)) : 1;
  }

  /** The same in single precision. */
  static float fraction(float x) {
    int bits = Float.floatToRawIntBits(x);
    return Integer.MIN_VALUE + (bits - SINGLE_NORMAL) <= Integer.MIN_VALUE + SINGLE_NORMALS
        ? Float.intBitsToFloat(
            bits - ((bits - SINGLE_ROOT_HALF) >> SINGLE_MANTISSA << SINGLE_MANTISSA))
        : x > 0 && x < Float.MIN_NORMAL ? fraction(x * (1L << SHIFT)) : 1;
  }

  /** Where a number is not 0 one, else another, without a jump: of numbers that alternate. */
  static double chosen(double number, double one, double other) {
    long size = Double.doubleToRawLongBits(number) << 1; // without the sign
    long is = (size | -size) >> 63;
    long first = Double.doubleToRawLongBits(one) & is;
    return Double.longBitsToDouble(first | Double.doubleToRawLongBits(other) & ~is);
  }

  /** The same in single precision. */
  static float chosen(float number, float one, float other) {
    int size = Float.floatToRawIntBits(number) << 1;
    int is = (size | -size) >> 31;
    int first = Float.floatToRawIntBits(one) & is;
    return Float.intBitsToFloat(first | Float.floatToRawIntBits(other) & ~is);
  }
}
