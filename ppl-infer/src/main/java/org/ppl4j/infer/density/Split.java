package org.ppl4j.infer.density;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.Rng;

/**
 * Two parts of a table, chosen at random. Rows that are alike, with their contexts, are in the same
 * part: a flow that knows a row by heart would look good on its likeness in the other. That is not
 * so of rows of which there are many, nor if fewer than half of the rows differ, as where all
 * columns are counts, nor of rows that would be alike if columns had nothing to do with each other,
 * as those of two categories and a zero: then likeness is no accident. What is alike is drawn
 * together, whatever its number, so that neither part has more of the frequent rows than the other.
 */
final class Split {

  /** Rows are alike by accident if this many times their number are no more than are wanted. */
  private static final int SMALL_CLASSES = 8;

  /** So many rows are alike for no other reason than that their numbers are frequent. */
  private static final int SEVERAL = 4;

  private final int[] held;
  private final int[] others;

  private Split(int[] held, int[] others) {
    this.held = held;
    this.others = others;
  }

  /** How many rows a share of them is: rounded, and at least 1. */
  static int count(int rows, double share) {
    return (int) Math.max(1, Math.round(rows * share));
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
    long[] marks = KnownRows.marks(tables);
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
    Shares shares = new Shares(tables);
    int[] stands = new int[order.length];
    for (int row = 0; row < order.length; row++) {
      int place = places[row];
      long count = requireNonNull(counts.get(marks[row]));
      boolean isAccident = count > 1 && SMALL_CLASSES * count <= wanted && !shares.areAlike(row);
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

  /** How frequent numbers are in each column; counted when first asked for. */
  private static final class Shares {

    private final Tables tables;
    private final List<Map<Double, Long>> counts = new ArrayList<>();

    Shares(Tables tables) {
      this.tables = tables;
    }

    /** Whether several rows like this one would be there if columns were independent. */
    boolean areAlike(int row) {
      Table x = tables.x();
      if (counts.isEmpty()) {
        count(tables.y());
        if (x != null) {
          count(x);
        }
      }
      double expected = tables.rows();
      for (int j = 0; j < counts.size(); j++) {
        int own = tables.y().columns();
        double number = j < own || x == null ? tables.y().number(row, j) : x.number(row, j - own);
        expected *= (double) requireNonNull(counts.get(j).get(number)) / tables.rows();
      }
      return counts.size() > 1 && expected >= SEVERAL;
    }

    private void count(Table table) {
      for (int j = 0; j < table.columns(); j++) {
        counts.add(
            Arrays.stream(table.numbers(j))
                .boxed()
                .collect(groupingBy(number -> number, counting())));
      }
    }
  }

  private static Split cut(int[] order, int end) {
    return new Split(Arrays.copyOf(order, end), Arrays.copyOfRange(order, end, order.length));
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
