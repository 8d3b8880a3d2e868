package org.ppl4j.tensor;

/** What an operation takes besides tensors: up to three lists of integers, a number, a switch. */
final class Attributes {

  private static final long[] EMPTY = {};

  static final Attributes NONE = new Attributes(EMPTY, EMPTY, EMPTY, 0, false);

  private final long[] longs;
  private final long[] more;
  private final long[] third;
  private final double number;
  private final boolean flag;

  private Attributes(long[] longs, long[] more, long[] third, double number, boolean flag) {
    this.longs = longs;
    this.more = more;
    this.third = third;
    this.number = number;
    this.flag = flag;
  }

  static Attributes of(long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, 0, false);
  }

  static Attributes of(boolean flag, long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, 0, flag);
  }

  static Attributes of(double number, long... longs) {
    return new Attributes(longs, EMPTY, EMPTY, number, false);
  }

  static Attributes of(long[] longs, long[] more, long[] third) {
    return new Attributes(longs, more, third, 0, false);
  }

  /** Axes, sizes or an index, as the operation says. */
  long[] longs() {
    return longs;
  }

  /** Further integers. */
  long[] more() {
    return more;
  }

  /** Further integers. */
  long[] third() {
    return third;
  }

  double number() {
    return number;
  }

  boolean flag() {
    return flag;
  }

  /** The first integer. */
  long first() {
    return longs[0];
  }
}
