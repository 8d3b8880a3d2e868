package org.ppl4j.tensor.plan;

import org.ppl4j.math.Elementary;
import org.ppl4j.tensor.table.Op;

/**
 * What {@link Exponentials} has, in single precision, accurate to a few units in the last place: by
 * shorter series, the hyperbolic tangent by a quotient without an exponential, and the softplus
 * without a logarithm, so that there are fewer loops over bits.
 *
 * <p>Source: e to the r and the logarithm of 1 + f by their series, the latter in f / (2 + f) as in
 * the library fdlibm; the hyperbolic tangent by Lambert's continued fraction x / (1 + x² / (3 +
 * …)), up to 27, whose terms have one sign.
 */
final class SingleExponentials {

  private static final float LOG2_E = 1.442695f;

  /** That has few digits, so that a multiple is exact. */
  private static final float LOG_2_HIGH = 0.6933594f;

  private static final float LOG_2_LOW = -2.1219444E-4f;

  /** Beyond it in size, the hyperbolic tangent of the square root is 1. */
  private static final float SATURATED = 85;

  /** Beyond it in size, powers of two have other bits. */
  private static final float LARGEST = 87;

  /** From it on an exponential is infinite. */
  private static final float MOST = 89;

  /** Down from it an exponential is 0. */
  private static final float LEAST = -104;

  /** A number beside which one to 2 to the 22 is a whole number in the last bits. */
  private static final float WHOLE = 0x1.8p23f;

  private static final int SIGN_BIT = 1 << 31;
  private static final int WHOLE_BITS = Float.floatToRawIntBits(WHOLE);
  private static final int LARGEST_BITS = Float.floatToRawIntBits(LARGEST);
  private static final int ONE_BITS = Float.floatToRawIntBits(1);
  private static final int LEAST_NORMAL = Float.floatToRawIntBits(Float.MIN_NORMAL);
  private static final int LARGEST_FINITE = Float.floatToRawIntBits(Float.MAX_VALUE);

  /** The square root of a half, without the last bits. */
  private static final int ROOT_HALF = 0x3f350000;

  private static final int MANTISSA = 23;

  private SingleExponentials() {}

  /** Of a register, in two others. */
  static void run(Instruction i, Store store, int n) {
    run(
        i.op(),
        n,
        store.single(i.to().buffer()),
        store.single(i.a().buffer()),
        store.single(i.b().buffer()),
        store.single(i.c().buffer()));
  }

  /**
   * A function of n elements.
   *
   * @param to for the results; no other array
   * @param a the elements
   * @param k room for as many
   * @param r the same
   */
  static void run(Op op, int n, float[] to, float[] a, float[] k, float[] r) {
    switch (op) {
      case EXP -> exp(n, to, a, k, r);
      case EXPM1 -> expm1(n, to, a, k, r);
      case LOG -> log(n, to, a, k, r);
      case LOG1P -> log1p(n, to, a, k, r);
      case SIGMOID -> sigmoid(n, to, a, k, r);
      case LOG_SIGMOID, SOFTPLUS -> softplus(op == Op.SOFTPLUS, n, to, a, k, r);
      case TANH -> tanh(n, to, a, r);
      default -> throw new IllegalArgumentException("no vector code for " + op);
    }
  }

  /** A number and a product, rounded once where the processor does so. */
  private static float plus(float number, float a, float b) {
    return Sums.FUSED ? Math.fma(a, b, number) : number + a * b;
  }

  // --- exponentials

  /** Of x: k in the last bits of {@code k}, and e to the r minus 1 in {@code r}. */
  private static void cut(int n, float[] x, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      float whole = x[i] * LOG2_E + WHOLE;
      float multiple = whole - WHOLE;
      k[i] = whole;
      r[i] = x[i] - multiple * LOG_2_HIGH - multiple * LOG_2_LOW;
    }
    for (int i = 0; i < n; i++) {
      float y = r[i];
      float rest = plus(1f / 24, y, plus(1f / 120, y, plus(1f / 720, y, 1f / 5040)));
      r[i] = plus(y, y * y, plus(1f / 2, y, plus(1f / 6, y, rest)));
    }
  }

  private static void exp(int n, float[] to, float[] x, float[] k, float[] r) {
    cut(n, x, k, r);
    int far = 0;
    for (int i = 0; i < n; i++) {
      int power = Float.floatToRawIntBits(k[i]) << MANTISSA;
      far |= LARGEST_BITS - Float.floatToRawIntBits(Math.abs(x[i]));
      r[i] = Float.intBitsToFloat(Float.floatToRawIntBits(1 + r[i]) + power);
    }
    if (far >= 0) {
      System.arraycopy(r, 0, to, 0, n);
    } else {
      farExp(n, to, x, k, r);
    }
  }

  /** By two powers of two, since one alone may be too large or small. */
  private static void farExp(int n, float[] to, float[] x, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = Math.max(Math.min(x[i], MOST), LEAST);
    }
    cut(n, to, k, r);
    for (int i = 0; i < n; i++) {
      int power = Float.floatToRawIntBits(k[i]) - WHOLE_BITS;
      int half = power >> 1;
      float one = Float.intBitsToFloat(ONE_BITS + (half << MANTISSA));
      float other = Float.intBitsToFloat(ONE_BITS + ((power - half) << MANTISSA));
      to[i] = (1 + r[i]) * one * other;
    }
  }

  private static void expm1(int n, float[] to, float[] x, float[] k, float[] r) {
    cut(n, x, k, r);
    for (int i = 0; i < n; i++) {
      float of = x[i];
      float power = Float.intBitsToFloat(ONE_BITS + (Float.floatToRawIntBits(k[i]) << MANTISSA));
      float near = power * r[i] + (power - 1);
      float signed = // with the sign of x, also where it is 0
          Float.intBitsToFloat(
              Float.floatToRawIntBits(near) | Float.floatToRawIntBits(of) & SIGN_BIT);
      to[i] = Math.abs(of) < LARGEST ? signed : (float) Elementary.expm1(of);
    }
  }

  private static void sigmoid(int n, float[] to, float[] a, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = -a[i];
    }
    exp(n, to, to, k, r);
    for (int i = 0; i < n; i++) {
      to[i] = 1 / (1 + to[i]);
    }
  }

  /** Where x is saturated, the quotient is beyond 1 and cut. */
  private static void tanh(int n, float[] to, float[] a, float[] r) {
    for (int i = 0; i < n; i++) {
      float z = Math.min(a[i] * a[i], SATURATED);
      float last = plus(4.089666E-7f, z, plus(8.696791E-10f, z, 4.918999E-13f));
      float part = plus(0.0054320986f, z, plus(7.3613985E-5f, z, last));
      to[i] = a[i] * plus(1, z, plus(0.14814815f, z, part));
      r[i] = z;
    }
    for (int i = 0; i < n; i++) {
      float z = r[i];
      float last = plus(2.1524558E-8f, z, plus(2.5578796E-11f, z, 4.6847614E-15f));
      float part = plus(7.085346E-4f, z, plus(6.134499E-6f, z, last));
      float below = plus(1, z, plus(0.4814815f, z, plus(0.03259259f, z, part)));
      to[i] = Math.max(Math.min(to[i] / below, 1), -1);
    }
  }

  // --- logarithms

  /**
   * Of x, which may be r: k, and 1 + f.
   *
   * @return whether all are positive, finite and not subnormal
   */
  private static boolean split(int n, float[] x, float[] k, float[] r) {
    int odd = 0;
    for (int i = 0; i < n; i++) {
      int bits = Float.floatToRawIntBits(x[i]);
      int power = (bits - ROOT_HALF) >> MANTISSA;
      odd |= (bits - LEAST_NORMAL) | (LARGEST_FINITE - bits);
      k[i] = power;
      r[i] = Float.intBitsToFloat(bits - (power << MANTISSA));
    }
    return odd >= 0;
  }

  /** The logarithm of what was split, whose arrays are overwritten; it may be either. */
  private static void join(int n, float[] to, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      float f = r[i] - 1;
      float s = f / (2 + f);
      float z = s * s;
      float rest = z * plus(2f / 3, z, plus(2f / 5, z, plus(2f / 7, z, 2f / 9)));
      to[i] = k[i] * LOG_2_HIGH + (k[i] * LOG_2_LOW + (f - s * (f - rest)));
    }
  }

  private static void log(int n, float[] to, float[] a, float[] k, float[] r) {
    if (split(n, a, k, r)) {
      join(n, to, k, r);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = (float) Math.log(a[i]);
    }
  }

  /** What 1 + a loses of a is given back, divided by 1 + a. */
  private static void log1p(int n, float[] to, float[] a, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      r[i] = 1 + a[i];
    }
    if (split(n, r, k, r)) {
      join(n, k, k, r);
      for (int i = 0; i < n; i++) {
        float u = 1 + a[i];
        to[i] = k[i] + (a[i] - (u - 1)) / u;
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = (float) Elementary.log1p(a[i]);
    }
  }

  /**
   * Softplus, or the logarithm of the sigmoid: that of −a, negated. The logarithm of 1 + e is twice
   * the series of s = e / (2 + e), which is a third at most.
   */
  private static void softplus(boolean isPlus, int n, float[] to, float[] a, float[] k, float[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = -Math.abs(a[i]);
    }
    exp(n, to, to, k, r);
    for (int i = 0; i < n; i++) {
      float s = to[i] / (2 + to[i]);
      float z = s * s;
      float last = plus(2f / 9, z, plus(2f / 11, z, plus(2f / 13, z, 2f / 15)));
      to[i] = s * plus(2, z, plus(2f / 3, z, plus(2f / 5, z, plus(2f / 7, z, last))));
    }
    if (isPlus) {
      for (int i = 0; i < n; i++) {
        to[i] += Math.max(a[i], 0);
      }
    } else {
      for (int i = 0; i < n; i++) {
        to[i] = Math.min(a[i], 0) - to[i];
      }
    }
  }
}
