package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Maps;
import java.util.Arrays;
import java.util.Map;

/**
 * Random choices of row numbers by the first steps of a Fisher–Yates shuffle.
 *
 * <p>Step {@code i} swaps entry {@code i} with a random entry at or behind it. Where few are chosen
 * of many, only the entries that moved are kept.
 */
final class Sampling {

  /** Below this share of the whole, a map of the moved entries is cheaper than the whole. */
  private static final int SPARSE = 16;

  private Sampling() {}

  /** Returns {@code k} different numbers of 0 to {@code n - 1} in random order. */
  static long[] withoutReplacement(Rng rng, int n, int k) {
    checkArgument(
        k >= 0 && k <= n,
        "cannot choose %s different numbers of %s; choose between 0 and %s",
        k,
        n,
        n);
    return k < n / SPARSE ? sparse(rng, n, k) : dense(rng, n, k);
  }

  private static long[] dense(Rng rng, int n, int k) {
    int[] entries = new int[n];
    Arrays.setAll(entries, i -> i);
    long[] chosen = new long[k];
    for (int i = 0; i < k; i++) {
      int j = i + (int) rng.nextLong(n - i);
      chosen[i] = entries[j];
      entries[j] = entries[i];
    }
    return chosen;
  }

  private static long[] sparse(Rng rng, int n, int k) {
    Map<Integer, Integer> moved = Maps.newHashMapWithExpectedSize(k);
    long[] chosen = new long[k];
    for (int i = 0; i < k; i++) {
      Integer j = i + (int) rng.nextLong(n - i);
      Integer first = moved.remove(i); // no later step asks for it
      first = first == null ? i : first;
      Integer there = moved.put(j, first);
      chosen[i] = j == i ? first : there == null ? j : there;
    }
    return chosen;
  }
}
