package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;

/** Rows of numbers on the host. */
final class Table {

  private final String name;
  private final int columns;
  private final double[] values;

  /**
   * Of these numbers.
   *
   * @param name what it holds, for errors
   * @param columns how many numbers a row has
   * @param values row by row; kept, not copied
   */
  Table(String name, int columns, double[] values) {
    this.name = name;
    this.columns = columns;
    this.values = values;
  }

  /**
   * The rows of an array (N, D), or (N) for D = 1.
   *
   * @throws IllegalArgumentException if it has another number of dims, or no row or column
   */
  static Table of(String name, NDArray array) {
    Shape shape = array.getShape();
    checkArgument(
        (shape.dimension() == 1 || shape.dimension() == 2) && shape.size() > 0,
        "%s has shape %s, but wants rows and columns, at least one of each; pass shape (N, D)",
        name,
        shape);
    int columns = shape.dimension() == 1 ? 1 : Math.toIntExact(shape.get(1));
    return new Table(name, columns, Tensors.values(array));
  }

  String name() {
    return name;
  }

  int columns() {
    return columns;
  }

  /** Row by row; not a copy. */
  double[] values() {
    return values;
  }

  int rows() {
    return values.length / columns;
  }

  /**
   * Itself.
   *
   * @throws IllegalArgumentException if a number is not finite
   */
  Table finite() {
    for (int i = 0; i < values.length; i++) {
      checkArgument(
          Double.isFinite(values[i]),
          "%s has %s in column %s of row %s (from 1); leave the row out, or fill it in",
          name,
          values[i],
          i % columns + 1,
          i / columns + 1);
    }
    return this;
  }

  /**
   * Itself.
   *
   * @param wanted how many columns there must be
   * @throws IllegalArgumentException if there are others
   */
  Table width(int wanted) {
    checkArgument(
        columns == wanted,
        "%s has %s columns, but this density was made for %s; pass as many",
        name,
        columns,
        wanted);
    return this;
  }

  /** These rows, in this order. */
  Table take(long[] rows, int from, int to) {
    double[] taken = new double[(to - from) * columns];
    for (int i = from; i < to; i++) {
      System.arraycopy(
          values, Math.toIntExact(rows[i] * columns), taken, (i - from) * columns, columns);
    }
    return new Table(name, columns, taken);
  }

  /** All rows, this many times one after the other. */
  Table repeated(int times) {
    double[] all = new double[values.length * times];
    for (int i = 0; i < times; i++) {
      System.arraycopy(values, 0, all, i * values.length, values.length);
    }
    return new Table(name, columns, all);
  }

  /** Rows {@code from} to {@code to} (exclusive). */
  Table range(int from, int to) {
    double[] taken = new double[(to - from) * columns];
    System.arraycopy(values, from * columns, taken, 0, taken.length);
    return new Table(name, columns, taken);
  }

  /** As an array (N, D). */
  NDArray array(NDManager manager) {
    return manager.create(values, new Shape(rows(), columns));
  }
}
