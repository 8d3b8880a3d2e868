package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import com.google.common.hash.Hasher;
import com.google.common.hash.Hashing;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * Two parts of a table, chosen at random. Rows that are alike, with their contexts, are in the same
 * part: a flow that knows a row by heart would look good on its likeness in the other. That is not
 * so of rows of which there are many, nor if fewer than half of the rows differ, as where all
 * columns are counts: then likeness is no accident. What is alike is drawn together, whatever its
 * number, so that neither part has more of the frequent rows than the other.
 */
final class Split {

  /** Rows are alike by accident if this many times their number are no more than are wanted. */
  private static final int SMALL_CLASSES = 8;

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
    long[] marks = marks(tables);
    Map<Long, Long> counts =
        Arrays.stream(marks).boxed().collect(groupingBy(mark -> mark, counting()));
    if (counts.size() < marks.length / 2) {
      return cut(order, wanted);
    }
    int[] places = new int[order.length];
    for (int i = 0; i < order.length; i++) {
      places[order[i]] = i;
    }
    // Rows that are alike by accident stand where the first of them in the table does.
    Map<Long, Integer> firsts = new HashMap<>();
    int[] stands = new int[order.length];
    for (int row = 0; row < order.length; row++) {
      int place = places[row];
      boolean isAccident = SMALL_CLASSES * requireNonNull(counts.get(marks[row])) <= wanted;
      stands[row] = isAccident ? firsts.computeIfAbsent(marks[row], mark -> place) : place;
    }
    int[] together =
        Arrays.stream(order)
            .boxed()
            .sorted(Comparator.comparingInt(row -> stands[row]))
            .mapToInt(Integer::intValue)
            .toArray();
    int end = wanted;
    while (end < together.length && stands[together[end]] == stands[together[end - 1]]) {
      end++;
    }
    return cut(together, together.length - end >= 2 ? end : wanted);
  }

  private static Split cut(int[] order, int end) {
    return new Split(Arrays.copyOf(order, end), Arrays.copyOfRange(order, end, order.length));
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
