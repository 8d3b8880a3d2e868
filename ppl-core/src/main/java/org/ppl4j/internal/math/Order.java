package org.ppl4j.internal.math;

import org.jspecify.annotations.Nullable;

/** The order of numbers by size. */
public final class Order {

  private static final int DIGIT_BITS = 11;

  private Order() {}

  /**
   * The places of numbers from the least to the greatest, of equal ones the first first. NaN is
   * above all others, and 0 above −0.
   *
   * <p>Cost: O(n), by their digits from the last to the first.
   */
  public static int[] ascending(double[] x) {
    long[] keys = new long[x.length];
    int[] order = new int[x.length];
    for (int i = 0; i < x.length; i++) {
      keys[i] = key(x[i]);
      order[i] = i;
    }
    int[] next = new int[x.length];
    for (int shift = 0; shift < Long.SIZE; shift += DIGIT_BITS) {
      int[] places = places(keys, shift);
      if (places == null) {
        continue;
      }
      for (int i : order) {
        next[places[digit(keys[i], shift)]++] = i;
      }
      int[] swapped = order;
      order = next;
      next = swapped;
    }
    return order;
  }

  /** Where numbers with a digit go, from the digit's first place on; null if all have the same. */
  private static int @Nullable [] places(long[] keys, int shift) {
    int[] counts = new int[1 << DIGIT_BITS];
    for (long key : keys) {
      counts[digit(key, shift)]++;
    }
    if (keys.length == 0 || counts[digit(keys[0], shift)] == keys.length) {
      return null;
    }
    int sum = 0;
    for (int digit = 0; digit < counts.length; digit++) {
      int count = counts[digit];
      counts[digit] = sum;
      sum += count;
    }
    return counts;
  }

  private static int digit(long key, int shift) {
    return (int) (key >>> shift) & ((1 << DIGIT_BITS) - 1);
  }

  /** Bits that are, as an unsigned number, in the order of {@link Double#compare}. */
  private static long key(double x) {
    long bits = Double.doubleToLongBits(x);
    return bits ^ (bits >> 63 | Long.MIN_VALUE);
  }
}
