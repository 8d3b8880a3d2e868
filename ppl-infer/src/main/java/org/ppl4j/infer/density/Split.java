package org.ppl4j.infer.density;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * Two parts of a table, chosen at random. Rows that are alike, with their contexts, are in the same
 * part: a flow that knows a row by heart would look good on its likeness in the other. That is not
 * so if fewer than half of the rows differ, as where all columns are counts: then likeness is no
 * accident.
 */
final class Split {

  private final int[] held;
  private final int[] others;

  private Split(int[] held, int[] others) {
    this.held = held;
    this.others = others;
  }

  /** The numbers 0 to {@code n − 1} in random order. */
  static int[] order(Rng rng, int n) {
    return Arrays.stream(rng.permutation(n)).mapToInt(Math::toIntExact).toArray();
  }

  /**
   * A part of so many rows, or a few more for the sake of likeness, and all others.
   *
   * @param wanted at least 1, and at most all but two
   */
  static Split of(Tables tables, int wanted, Rng rng) {
    int[] order = order(rng, tables.rows());
    Split atRandom =
        new Split(Arrays.copyOf(order, wanted), Arrays.copyOfRange(order, wanted, order.length));
    long[] marks = marks(tables);
    int different = (int) Arrays.stream(marks).distinct().count();
    if (different == marks.length || different < marks.length / 2) {
      return atRandom;
    }
    Set<Long> heldMarks = new HashSet<>();
    for (int row : atRandom.held) {
      heldMarks.add(marks[row]);
    }
    Split together =
        new Split(where(order, marks, heldMarks, true), where(order, marks, heldMarks, false));
    return together.others.length >= 2 ? together : atRandom;
  }

  private static int[] where(int[] order, long[] marks, Set<Long> heldMarks, boolean isHeld) {
    return Arrays.stream(order).filter(i -> heldMarks.contains(marks[i]) == isHeld).toArray();
  }

  /** A number for each row, the same for rows that are alike and no others. */
  private static long[] marks(Tables tables) {
    return IntStream.range(0, tables.rows())
        .mapToLong(
            i -> {
              Hasher hasher = Hashing.murmur3_128().newHasher();
              put(hasher, tables.y(), i);
              put(hasher, tables.x(), i);
              return hasher.hash().asLong();
            })
        .toArray();
  }

  private static void put(Hasher hasher, @Nullable Table table, int row) {
    for (int j = 0; table != null && j < table.columns(); j++) {
      hasher.putDouble(table.number(row, j));
    }
  }

  /** The rows of the part. */
  int[] held() {
    return held;
  }

  /** All others. */
  int[] others() {
    return others;
  }
}
