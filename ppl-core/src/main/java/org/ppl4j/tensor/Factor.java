package org.ppl4j.tensor;

import com.google.common.math.DoubleMath;

/**
 * A number that something is multiplied by: first by {@code times}, then divided {@code by}, so
 * that a quotient is rounded once. One of the two is a power of two wherever that is the same
 * number.
 */
record Factor(double times, double by) {

  static final Factor ONE = new Factor(1, 1);

  /**
   * Factors are multiplied together only within this size, so that what float32 can hold, less
   * three of its 38 decades, neither overflows nor vanishes by the change of order.
   */
  private static final double MOST = 1024;

  /** The quotient of two numbers. */
  static Factor of(double times, double by) {
    if (isPowerOfTwo(by)) {
      return new Factor(times / by, 1);
    }
    double quotient = by / times;
    boolean isExact = Math.fma(quotient, times, -by) == 0;
    return isExact ? new Factor(1, quotient) : new Factor(times, by);
  }

  Factor times(double number) {
    return of(times * number, by);
  }

  Factor by(double number) {
    return of(times, by * number);
  }

  Factor times(Factor other) {
    return of(times * other.times, by * other.by);
  }

  /** The number, which may be rounded. */
  double value() {
    return times / by;
  }

  boolean isOne() {
    return times == 1 && by == 1;
  }

  boolean isModerate() {
    double size = Math.abs(value());
    return size <= MOST && size >= 1 / MOST;
  }

  /** Whether multiplying by it rounds nothing. */
  boolean isExact() {
    return by == 1 && isPowerOfTwo(times);
  }

  /** Whether it is the negative of another. */
  boolean isOpposite(Factor other) {
    return times == -other.times && by == other.by || times == other.times && by == -other.by;
  }

  /** A number times this. */
  double of(double number) {
    return number * times / by;
  }

  private static boolean isPowerOfTwo(double number) {
    return DoubleMath.isPowerOfTwo(Math.abs(number));
  }
}
