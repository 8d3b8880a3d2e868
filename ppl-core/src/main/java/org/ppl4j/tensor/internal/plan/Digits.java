package org.ppl4j.tensor.internal.plan;

/**
 * Sorts numbers by the digits of their bits, the last digit first, which keeps equal ones in their
 * order. Takes time in proportion to how many there are.
 *
 * <p>Source: Knuth, "The Art of Computer Programming", volume 3, section 5.2.5.
 */
final class Digits {

  private static final int BITS = 11;
  private static final int VALUES = 1 << BITS;
  private static final int DIGITS = (Long.SIZE + BITS - 1) / BITS;

  private Digits() {}

  /** Bits that are in the order of numbers, as numbers without a sign; 0 and −0 are equal. */
  static long key(double x) {
    long bits = Double.doubleToLongBits(x + 0.0); // -0 as 0
    return bits ^ ((bits >> (Long.SIZE - 1)) | Long.MIN_VALUE);
  }

  /**
   * Sorts n numbers by n keys.
   *
   * @param all the numbers, room for as many, the keys, and room for as many
   * @return where the sorted numbers begin: 0 or n
   */
  static int sort(double[] all, int n) {
    int keys = 2 * n;
    int[][] counts = new int[DIGITS][VALUES];
    for (int i = 0; i < n; i++) {
      for (int digit = 0; digit < DIGITS; digit++) {
        counts[digit][value(all[keys + i], digit)]++;
      }
    }
    int source = 0;
    for (int digit = 0; digit < DIGITS; digit++) {
      int[] next = counts[digit];
      if (next[value(all[keys + source], digit)] == n) {
        continue; // all have the same
      }
      int sum = 0;
      for (int value = 0; value < VALUES; value++) {
        int count = next[value];
        next[value] = sum;
        sum += count;
      }
      int target = n - source;
      for (int i = 0; i < n; i++) {
        double key = all[keys + source + i];
        int place = target + next[value(key, digit)]++;
        all[keys + place] = key;
        all[place] = all[source + i];
      }
      source = target;
    }
    return source;
  }

  private static int value(double key, int digit) {
    return (int) (Double.doubleToRawLongBits(key) >>> (digit * BITS)) & (VALUES - 1);
  }
}
