package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;

/**
 * Random choices of row numbers by the first steps of a Fisher–Yates shuffle.
 *
 * <p>Step {@code i} swaps entry {@code i} with a random entry at or behind it. Where few are chosen
 * of many, only the entries that moved are kept.
 */
final class Sampling {

  /** Below this share of the whole, a table of the moved entries is cheaper than the whole. */
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

  /** Entries that moved are in a table with open addressing, at the first free place of a hash. */
  private static long[] sparse(Rng rng, int n, int k) {
    int size = Math.max(4, 4 * Integer.highestOneBit(Math.max(1, k)));
    int[] moved = new int[size]; // 1 + its place; 0 where none is
    int[] entries = new int[size];
    long[] chosen = new long[k];
    for (int i = 0; i < k; i++) {
      int j = i + (int) rng.nextLong(n - i);
      int own = find(moved, i);
      int first = moved[own] == 0 ? i : entries[own];
      int there = find(moved, j);
      chosen[i] = j == i ? first : moved[there] == 0 ? j : entries[there];
      moved[there] = j + 1;
      entries[there] = first;
    }
    return chosen;
  }

  /** Where an entry is in the table, or belongs. */
  private static int find(int[] moved, int entry) {
    int at = entry * 0x9E3779B9 >>> 7 & moved.length - 1;
    while (moved[at] != 0 && moved[at] != entry + 1) {
      at = at + 1 & moved.length - 1;
    }
    return at;
  }
}
