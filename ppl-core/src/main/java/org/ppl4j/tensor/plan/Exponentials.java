package org.ppl4j.tensor.plan;

import org.ppl4j.math.Elementary;
import org.ppl4j.tensor.table.Op;

/**
 * Exponentials, logarithms and what is made of them, of the first elements of an array: by
 * polynomials that the compiler of the virtual machine makes vector code of, where loops over bits,
 * which it does not, are apart. They are accurate to a few units in the last place. Where an
 * element is too large or small for the bits, NaN, or no positive number of a logarithm, the
 * library's function is asked.
 *
 * <p>Source: x = k log 2 + r, and e to the r by a quotient of polynomials, as Moshier, "Methods and
 * programs for mathematical functions" (1989), has it; x = 2 to the k times 1 + f, and the
 * logarithm of 1 + f by a series in f / (2 + f), as in the library fdlibm (Sun Microsystems, 1993).
 */
final class Exponentials {

  private static final double LOG2_E = 1.4426950408889634;
  private static final double LOG_2_HIGH = 0.6931471803691238;
  private static final double LOG_2_LOW = 1.9082149292705877e-10;

  /** Beyond half of it in size, the hyperbolic tangent is 1. */
  private static final double SATURATED = 80;

  /** Beyond it in size, powers of two have other bits. */
  private static final double LARGEST = 708;

  /** A number beside which one to 2 to the 51 is a whole number in the last bits. */
  private static final double WHOLE = 0x1.8p52;

  private static final long WHOLE_BITS = Double.doubleToRawLongBits(WHOLE);
  private static final long ONE_BITS = Double.doubleToRawLongBits(1.0);
  private static final long LEAST_NORMAL = Double.doubleToRawLongBits(Double.MIN_NORMAL);
  private static final long LARGEST_FINITE = Double.doubleToRawLongBits(Double.MAX_VALUE);

  /** The square root of a half, without the last bits. */
  private static final long ROOT_HALF = 0x3fe6a09e00000000L;

  private static final int MANTISSA = 52;

  private Exponentials() {}

  /** Whether this has a function. */
  static boolean has(Op op) {
    return switch (op) {
      case EXP, EXPM1, LOG, LOG1P, SIGMOID, LOG_SIGMOID, SOFTPLUS, TANH -> true;
      default -> false;
    };
  }

  /** Of a register, in two others. */
  static void run(Instruction i, Store store, int row, int from, int n) {
    if (i.isSingle()) {
      SingleExponentials.run(i, store, n);
      return;
    }
    run(
        i.op(),
        n,
        store.doubles()[i.to().buffer()],
        store.doubles()[i.a().buffer()],
        store.doubles()[i.b().buffer()],
        store.doubles()[i.c().buffer()]);
  }

  /**
   * A function of n elements.
   *
   * @param to for the results; no other array
   * @param a the elements
   * @param k room for as many
   * @param r the same
   */
  static void run(Op op, int n, double[] to, double[] a, double[] k, double[] r) {
    switch (op) {
      case EXP -> exp(n, to, a, k, r);
      case EXPM1 -> expm1(n, to, a, k, r);
      case LOG -> log(n, to, a, k, r);
      case LOG1P -> log1p(n, to, a, k, r);
      case SIGMOID -> sigmoid(n, to, a, k, r);
      case LOG_SIGMOID, SOFTPLUS -> softplus(op == Op.SOFTPLUS, n, to, a, k, r);
      case TANH -> tanh(n, to, a, k, r);
      default -> throw new IllegalArgumentException("no vector code for " + op);
    }
  }

  // --- exponentials

  /** Of x: k in the last bits of {@code k}, and r. */
  private static void cut(int n, double[] x, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      double whole = x[i] * LOG2_E + WHOLE;
      double multiple = whole - WHOLE;
      k[i] = whole;
      r[i] = x[i] - multiple * LOG_2_HIGH - multiple * LOG_2_LOW;
    }
  }

  /** e to the r, minus 1, in place. */
  private static void less(int n, double[] r) {
    for (int i = 0; i < n; i++) {
      double x = r[i];
      double z = x * x;
      double p = x * (1.0 + z * (0.030299440770744195 + z * 0.00012617719307481058));
      double q =
          2.0 + z * (0.22726554820815503 + z * (0.002524483403496841 + z * 3.0019850513866446e-06));
      r[i] = 2 * p / (q - p);
    }
  }

  private static void exp(int n, double[] to, double[] x, double[] k, double[] r) {
    cut(n, x, k, r);
    less(n, r);
    for (int i = 0; i < n; i++) {
      double y = 1 + r[i];
      double of = x[i];
      to[i] =
          Math.abs(of) < LARGEST
              ? Double.longBitsToDouble(
                  Double.doubleToRawLongBits(y) + (Double.doubleToRawLongBits(k[i]) << MANTISSA))
              : Math.exp(of);
    }
  }

  private static void expm1(int n, double[] to, double[] x, double[] k, double[] r) {
    cut(n, x, k, r);
    less(n, r);
    for (int i = 0; i < n; i++) {
      double of = x[i];
      double power =
          Double.longBitsToDouble(ONE_BITS + (Double.doubleToRawLongBits(k[i]) << MANTISSA));
      to[i] = Math.abs(of) < LARGEST ? power * r[i] - (1 - power) : Elementary.expm1(of);
    }
  }

  private static void sigmoid(int n, double[] to, double[] a, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = -Math.abs(a[i]);
    }
    exp(n, to, to, k, r);
    for (int i = 0; i < n; i++) {
      r[i] = 1 / (1 + to[i]);
    }
    for (int i = 0; i < n; i++) { // a choice by bits, since it may be hard to foresee
      long isNegative = Double.doubleToRawLongBits(a[i]) >> 63;
      long power = Double.doubleToRawLongBits(to[i]);
      to[i] = r[i] * Double.longBitsToDouble(power & isNegative | ONE_BITS & ~isNegative);
    }
  }

  private static void tanh(int n, double[] to, double[] a, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = Math.max(Math.min(2 * a[i], SATURATED), -SATURATED);
    }
    expm1(n, to, to, k, r);
    for (int i = 0; i < n; i++) {
      to[i] = to[i] / (to[i] + 2);
    }
  }

  // --- logarithms

  /**
   * Of x, which may be r: k in the last bits of {@code k}, and 1 + f.
   *
   * @return whether all are positive, finite and not subnormal
   */
  private static boolean split(int n, double[] x, double[] k, double[] r) {
    long odd = 0;
    for (int i = 0; i < n; i++) {
      long bits = Double.doubleToRawLongBits(x[i]);
      long power = (bits - ROOT_HALF) >> MANTISSA;
      odd |= (bits - LEAST_NORMAL) | (LARGEST_FINITE - bits);
      k[i] = Double.longBitsToDouble(WHOLE_BITS + power);
      r[i] = Double.longBitsToDouble(bits - (power << MANTISSA));
    }
    return odd >= 0;
  }

  /** The logarithm of what was split, whose arrays are overwritten; it may be either. */
  private static void join(int n, double[] to, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      double f = r[i] - 1;
      double s = f / (2 + f);
      double z = s * s;
      double high =
          0.22222198432149784
              + z * (0.1818357216161805 + z * (0.15313837699209373 + z * 0.14798198605116586));
      double rest =
          z * (0.6666666666666735 + z * (0.3999999999940942 + z * (0.2857142874366239 + z * high)));
      r[i] = f - s * (f - rest);
    }
    for (int i = 0; i < n; i++) {
      double power = k[i] - WHOLE;
      to[i] = power * LOG_2_HIGH + (power * LOG_2_LOW + r[i]);
    }
  }

  private static void log(int n, double[] to, double[] a, double[] k, double[] r) {
    if (split(n, a, k, r)) {
      join(n, to, k, r);
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = Math.log(a[i]);
    }
  }

  /** What 1 + a loses of a is given back, divided by 1 + a. */
  private static void log1p(int n, double[] to, double[] a, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      r[i] = 1 + a[i];
    }
    if (split(n, r, k, r)) {
      join(n, k, k, r);
      for (int i = 0; i < n; i++) {
        double u = 1 + a[i];
        to[i] = k[i] + (a[i] - (u - 1)) / u;
      }
      return;
    }
    for (int i = 0; i < n; i++) {
      to[i] = Elementary.log1p(a[i]);
    }
  }

  /** Softplus, or the logarithm of the sigmoid: that of −a, negated. */
  private static void softplus(
      boolean isPlus, int n, double[] to, double[] a, double[] k, double[] r) {
    for (int i = 0; i < n; i++) {
      to[i] = -Math.abs(a[i]);
    }
    exp(n, to, to, k, r);
    for (int i = 0; i < n; i++) {
      r[i] = 1 + to[i];
    }
    if (!split(n, r, k, r)) {
      for (int i = 0; i < n; i++) {
        to[i] = isPlus ? Elementary.softplus(a[i]) : Elementary.logSigmoid(a[i]);
      }
      return;
    }
    join(n, k, k, r);
    for (int i = 0; i < n; i++) {
      double u = 1 + to[i];
      to[i] = k[i] + (to[i] - (u - 1)) / u;
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
