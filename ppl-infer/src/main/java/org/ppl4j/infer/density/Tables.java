package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A table and the table of its contexts.
 *
 * @param y of N rows
 * @param x of N rows; null without contexts
 * @param cells of N rows, as in {@link Rows}; null without
 */
record Tables(Table y, @Nullable Table x, @Nullable Table cells) {

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

  int rows() {
    return y.rows();
  }

  /** How many columns a context has; 0 without. */
  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** With contexts as numbers. */
  Tables encoded(ColumnEncoding encoding) {
    return new Tables(y, x == null ? null : encoding.encode(x), cells);
  }

  /** These rows, in this order; the numbers are shared. */
  Tables view(int[] rows) {
    return map(table -> table.view(rows));
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
    return new Tables(y.and(more.y), x == null || more.x == null ? null : x.and(more.x));
  }

  /** A copy of rows {@code from} to {@code to} (exclusive). */
  Tables range(int from, int to) {
    return map(table -> table.range(from, to));
  }

  private Tables map(UnaryOperator<Table> function) {
    return new Tables(
        function.apply(y),
        x == null ? null : function.apply(x),
        cells == null ? null : function.apply(cells));
  }

  Rows rows(NDManager manager) {
    return new Rows(
        y.tensor(manager),
        x == null ? null : x.tensor(manager),
        cells == null ? null : cells.tensor(manager));
  }
}
