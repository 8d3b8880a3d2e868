package org.ppl4j.tensor.internal.table;

import org.jspecify.annotations.Nullable;

/**
 * What an operation takes besides tensors: up to three lists of integers, numbers, a switch, and
 * what computes it if that is Java.
 */
public final class Attributes {

  private static final long[] EMPTY = {};
  private static final double[] NO_NUMBERS = {};

  /** Nothing. */
  public static final Attributes NONE = of(EMPTY, EMPTY, EMPTY);

  private final long[] longs;
  private final long[] more;
  private final long[] third;
  private final double[] numbers;
  private final boolean flag;
  private final @Nullable JavaKernel kernel;

  private Attributes(
      long[] longs,
      long[] more,
      long[] third,
      double[] numbers,
      boolean flag,
      @Nullable JavaKernel kernel) {
    this.longs = longs;
    this.more = more;
    this.third = third;
    this.numbers = numbers;
    this.flag = flag;
    this.kernel = kernel;
  }

  /** Integers. */
  public static Attributes of(long... longs) {
    return of(longs, EMPTY, EMPTY);
  }

  /** A switch and integers. */
  public static Attributes of(boolean flag, long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, NO_NUMBERS, flag, null);
  }

  /** Numbers and integers. */
  public static Attributes of(double[] numbers, long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, numbers, false, null);
  }

  /** Three lists of integers. */
  public static Attributes of(long[] longs, long[] more, long[] third) {
    return new Attributes(longs, more, third, NO_NUMBERS, false, null);
  }

  /** What computes a row in Java, and integers. */
  public static Attributes of(JavaKernel kernel, long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, NO_NUMBERS, false, kernel);
  }

  /** The same with other integers. */
  public Attributes with(long... changed) {
    return new Attributes(changed, more, third, numbers, flag, kernel);
  }

  /** Axes, sizes or an index, as the operation says. */
  public long[] longs() {
    return longs;
  }

  /** Further integers. */
  public long[] more() {
    return more;
  }

  /** Further integers. */
  public long[] third() {
    return third;
  }

  /** Numbers. */
  public double[] numbers() {
    return numbers;
  }

  /** The switch. */
  public boolean flag() {
    return flag;
  }

  /** The first integer. */
  public long first() {
    return longs[0];
  }

  /**
   * What computes the row in Java.
   *
   * @throws IllegalStateException if the row is the engine's
   */
  public JavaKernel kernel() {
    if (kernel == null) {
      throw new IllegalStateException("the row has no kernel; the engine computes it");
    }
    return kernel;
  }
}
