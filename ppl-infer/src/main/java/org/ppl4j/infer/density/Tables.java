package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDManager;
import org.jspecify.annotations.Nullable;

/**
 * A table and the table of its contexts.
 *
 * @param y of N rows
 * @param x of N rows; null without contexts
 */
record Tables(Table y, @Nullable Table x) {

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

  int rows() {
    return y.rows();
  }

  /** How many columns a context has; 0 without. */
  int contextDim() {
    return x == null ? 0 : x.columns();
  }

  /** These rows, in this order; the numbers are shared. */
  Tables view(int[] rows) {
    return new Tables(y.view(rows), x == null ? null : x.view(rows));
  }

  /** All rows, this many times one after the other; the numbers are shared. */
  Tables repeated(int times) {
    return new Tables(y.repeated(times), x == null ? null : x.repeated(times));
  }

  /** A copy of rows {@code from} to {@code to} (exclusive). */
  Tables range(int from, int to) {
    return new Tables(y.range(from, to), x == null ? null : x.range(from, to));
  }

  Rows rows(NDManager manager) {
    return new Rows(y.array(manager), x == null ? null : x.array(manager));
  }
}
