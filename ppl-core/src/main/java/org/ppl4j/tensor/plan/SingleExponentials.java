package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.table.Op;

/**
 * Exponentials and what is made of them where single precision is enough, of the first elements of
 * an array: of a small part of the argument by a series, then squared as often as it was halved.
 * All is arithmetic, of which the compiler of the virtual machine makes vector code; the error is
 * below 3e-8 of the value, and far below where the argument is of a usual size.
 *
 * <p>Source: scaling and squaring, as in Higham, "Functions of matrices" (2008), chapter 10; of e
 * to the x minus 1, squaring is q (2 + q).
 */
final class SingleExponentials {

  /** Beyond it in size, an exponential is 0 or infinite. */
  private static final double LARGEST = 1000;

  /** Beyond it in size, the hyperbolic tangent is 1 in single precision. */
  private static final double SATURATED = 9.5;

  private SingleExponentials() {}

  /** Whether this has a function. */
  static boolean has(Op op) {
    return switch (op) {
      case EXP, SIGMOID, TANH -> true;
      default -> false;
    };
  }

  /**
   * A function of n elements.
   *
   * @param to for the results; may be that of the elements
   * @param a the elements
   */
  static void run(Op op, int n, double[] to, double[] a) {
    switch (op) {
      case EXP -> exp(n, to, a);
      case SIGMOID -> sigmoid(n, to, a);
      case TANH -> tanh(n, to, a);
      default -> throw new IllegalArgumentException("no vector code for " + op);
    }
  }

  private static void exp(int n, double[] to, double[] a) {
    for (int i = 0; i < n; i++) {
      double y = Math.max(Math.min(a[i], LARGEST), -LARGEST) * 0x1p-10;
      to[i] = series(y);
    }
    square(n, to);
    square(n, to);
  }

  private static double series(double y) {
    return plus(1, y, plus(1, y, plus(1.0 / 2, y, plus(1.0 / 6, y, part(y)))));
  }

  private static double part(double y) {
    return plus(1.0 / 24, y, plus(1.0 / 120, y, 1.0 / 720));
  }

  /** A number and a product, rounded once where the processor does so. */
  private static double plus(double number, double a, double b) {
    return Sums.FUSED ? Math.fma(a, b, number) : number + a * b;
  }

  /** To the power 32. */
  private static void square(int n, double[] to) {
    for (int i = 0; i < n; i++) {
      double p = to[i];
      p = p * p;
      p = p * p;
      p = p * p;
      p = p * p;
      to[i] = p * p;
    }
  }

  private static void sigmoid(int n, double[] to, double[] a) {
    for (int i = 0; i < n; i++) {
      double y = Math.max(Math.min(a[i], LARGEST), -LARGEST) * -0x1p-10;
      to[i] = series(y);
    }
    square(n, to);
    square(n, to);
    for (int i = 0; i < n; i++) {
      to[i] = 1 / (1 + to[i]);
    }
  }

  /** Of e to the 2x minus 1, divided by it and 2. */
  private static void tanh(int n, double[] to, double[] a) {
    for (int i = 0; i < n; i++) {
      double y = Math.max(Math.min(a[i], SATURATED), -SATURATED) * 0x1p-5;
      to[i] = y * plus(1, y, plus(1.0 / 2, y, plus(1.0 / 6, y, plus(1.0 / 24, y, 1.0 / 120))));
    }
    squareLess(n, to);
    squareLess(n, to);
    for (int i = 0; i < n; i++) {
      to[i] = to[i] / (to[i] + 2);
    }
  }

  /** Of powers minus 1 those to the power 8. */
  private static void squareLess(int n, double[] to) {
    for (int i = 0; i < n; i++) {
      double q = to[i];
      q = q * (2 + q);
      q = q * (2 + q);
      to[i] = q * (2 + q);
    }
  }
}
