package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * A table and the table of its contexts.
 *
 * @param y of N rows
 * @param x of N rows; null without contexts
 * @param cells of N rows, as in {@link Rows}; null without
 * @param weights how much each row counts, of one column, 1 on average; null where all do alike
 */
record Tables(Table y, @Nullable Table x, @Nullable Table cells, @Nullable Table weights) {

  /** Of a sum of weights, as a share of a row. */
  private static final double ROUNDING = 1e-9;

  /** With as many rows in both. */
  Tables {
    checkArgument(
        x == null || x.rows() == y.rows(),
        "%s has %s rows, but %s has %s; pass one context a row",
        y.name(),
        y.rows(),
        x == null ? "" : x.name(),
        x == null ? 0 : x.rows());
  }

  /** Without cells. */
  Tables(Table y, @Nullable Table x) {
    this(y, x, null);
  }

  /** Without weights. */
  Tables(Table y, @Nullable Table x, @Nullable Table cells) {
    this(y, x, cells, null);
  }

  /** With weights, of any sum but 0. */
  Tables weighted(double[] each) {
    double mean = Arrays.stream(each).average().orElseThrow();
    double[] own = Arrays.stream(each).map(weight -> weight / mean).toArray();
    return new Tables(y, x, cells, new Table("weights", 1, own));
  }

  /** The same rows in these cells. */
  Tables withCells(Table others) {
    return new Tables(y, x, others, weights);
  }

  /** Other columns of the same rows. */
  Tables with(Table rows, @Nullable Table contexts) {
    return new Tables(rows, contexts, null, weights);
  }

  int rows() {
    return y.rows();
  }

  /** How many columns a context has; 0 without. */
  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** With contexts as numbers. */
  Tables encoded(ColumnEncoding encoding) {
    return new Tables(y, x == null ? null : encoding.encode(x), cells, weights);
  }

  /** These rows, in this order; the numbers are shared. */
  Tables view(int[] rows) {
    return map(table -> table.view(rows));
  }

  /** So many rows at most, evenly spread. */
  Tables evenly(int most) {
    return most >= rows() ? this : view(evenly(rows(), most));
  }

  /** So many of more rows, evenly spread. */
  static int[] evenly(int rows, int most) {
    return IntStream.range(0, most).map(i -> (int) ((long) i * rows / most)).toArray();
  }

  /** The rows in which a column of {@code y} is there. */
  Tables whereGiven(int column) {
    int[] given =
        IntStream.range(0, rows()).filter(i -> !Double.isNaN(y.number(i, column))).toArray();
    return given.length == rows() ? this : view(given);
  }

  /** All rows, this many times one after the other; the numbers are shared. */
  Tables repeated(int times) {
    return map(table -> table.repeated(times));
  }

  /** A copy of all rows, then all of others, with contexts or without alike. */
  Tables and(Tables more) {
    return new Tables(
        y.and(more.y),
        x == null || more.x == null ? null : x.and(more.x),
        null,
        weights == null || more.weights == null ? null : weights.and(more.weights));
  }

  /** A copy of rows {@code from} to {@code to} (exclusive). */
  Tables range(int from, int to) {
    return map(table -> table.range(from, to));
  }

  private Tables map(UnaryOperator<Table> function) {
    return new Tables(
        function.apply(y),
        x == null ? null : function.apply(x),
        cells == null ? null : function.apply(cells),
        weights == null ? null : function.apply(weights));
  }

  // --- weights

  /** How much a row counts. */
  double weight(int row) {
    return weights == null ? 1 : weights.number(row, 0);
  }

  /** How much all rows count. */
  double weight() {
    return weights == null ? rows() : Arrays.stream(weights.values()).sum();
  }

  /** The mean of a number of each row. */
  double mean(double[] each) {
    return mean(each, each());
  }

  /** The mean of numbers by weights, of which one of weight 0 may be anything; null for none. */
  static double mean(double[] each, double @Nullable [] weights) {
    if (weights == null) {
      return Arrays.stream(each).average().orElseThrow();
    }
    double sum = 0;
    for (int i = 0; i < each.length; i++) {
      sum += weights[i] == 0 ? 0 : weights[i] * each[i];
    }
    return sum / Arrays.stream(weights).sum();
  }

  /** How much each row counts; null where all do alike. */
  double @Nullable [] each() {
    return weights == null ? null : weights.values();
  }

  /**
   * The rows in random order; with weights as many rows, of which each is there as often as its
   * weight says, rounded up or down at random: systematic sampling of the rows in random order.
   */
  int[] order(Rng rng) {
    int[] order = Split.order(rng, rows());
    if (weights == null) {
      return order;
    }
    int[] chosen = new int[rows()];
    double unit = rows() / weight();
    double sum = rng.nextUniform();
    int next = 0;
    for (int i : order) {
      sum += weight(i) * unit;
      while (next < chosen.length && next <= sum - 1 + ROUNDING) {
        chosen[next++] = i;
      }
    }
    return Arrays.stream(Split.order(rng, rows())).map(k -> chosen[k]).toArray();
  }

  /** As many rows without weights, as frequent as they were heavy. */
  Tables asFrequent(Rng rng) {
    return weights == null ? this : new Tables(y, x, cells).view(order(rng));
  }

  Rows rows(NDManager manager) {
    return new Rows(
        y.tensor(manager),
        x == null ? null : x.tensor(manager),
        cells == null ? null : cells.tensor(manager));
  }
}
