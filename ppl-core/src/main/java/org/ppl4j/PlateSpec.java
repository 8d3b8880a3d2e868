package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;

/**
 * How a plate opens: name, size, and optionally its dim and how its rows are subsampled.
 *
 * <p>At most one of {@link #batch} (the library draws the rows), {@link #indices} (the caller chose
 * them) and {@link #given} (the data hold only them) is meant; the last one called counts.
 */
public final class PlateSpec {

  enum Rows {
    ALL,
    DRAWN,
    INDEXED,
    GIVEN,
    STEPS
  }

  final String name;
  final long size;
  final int dim; // 0: the rightmost free one
  final Rows rows;
  final long batch; // how many rows; of no meaning for INDEXED
  final @Nullable NDArray indices;

  private PlateSpec(
      String name, long size, int dim, Rows rows, long batch, @Nullable NDArray indices) {
    this.name = name;
    this.size = size;
    this.dim = dim;
    this.rows = rows;
    this.batch = batch;
    this.indices = indices;
  }

  /** Its name, how many rows it has, and which of them a step sees. */
  @Override
  public String toString() {
    String seen =
        switch (rows) {
          case INDEXED -> ", by indices";
          case GIVEN -> ", of which data have " + batch;
          default -> batch == size ? "" : ", " + batch + " a step";
        };
    return "plate '" + name + "' of " + size + " rows" + seen + (dim == 0 ? "" : " at " + dim);
  }

  /**
   * A plate of all {@code size} rows, at the rightmost dim that no open plate has.
   *
   * @param size the number of rows, at least 1
   * @throws IllegalArgumentException if {@code size} is less than 1
   */
  public static PlateSpec of(String name, long size) {
    requireNonNull(name, "name");
    checkArgument(
        size >= 1,
        "plate '%s' has size %s, but needs at least 1; pass the number of rows",
        name,
        size);
    return new PlateSpec(name, size, 0, Rows.ALL, size, null);
  }

  /**
   * With rows drawn afresh in every execution, without replacement, the same in model and guide;
   * log probabilities are scaled by size / batch.
   *
   * @param batch the number of rows, from 1 to the plate's size
   * @throws IllegalArgumentException if {@code batch} is out of this range
   */
  public PlateSpec batch(long batch) {
    checkBatch(batch);
    return batch == size
        ? new PlateSpec(name, size, dim, Rows.ALL, size, null)
        : new PlateSpec(name, size, dim, Rows.DRAWN, batch, null);
  }

  /**
   * With the caller's rows: {@code take} picks them from the whole data. No handler and no guide
   * replaces them.
   *
   * @param indices int64, shape (B), each from 0 to size − 1
   */
  public PlateSpec indices(NDArray indices) {
    checkArgument(
        indices.getShape().dimension() == 1,
        "plate '%s' was given indices of shape %s, but wants shape (B); flatten them",
        name,
        indices.getShape());
    checkBatch(indices.getShape().get(0));
    return new PlateSpec(name, size, dim, Rows.INDEXED, indices.getShape().get(0), indices);
  }

  /**
   * With data that already hold {@code batch} of the plate's rows: {@code take} returns them as
   * they are; log probabilities are scaled by size / batch.
   *
   * @throws IllegalArgumentException if {@code batch} is not from 1 to the plate's size
   */
  public PlateSpec given(long batch) {
    checkBatch(batch);
    return new PlateSpec(name, size, dim, Rows.GIVEN, batch, null);
  }

  /**
   * At this dim instead of the rightmost free one; two plates that cross take −1 and −2.
   *
   * @param dim −1 or less, counted from the right of the batch shape
   * @throws IllegalArgumentException if {@code dim} is not negative
   */
  public PlateSpec dim(int dim) {
    checkArgument(
        dim < 0,
        "plate '%s' was given dim %s, but dims count from the right; pass -1 or less",
        name,
        dim);
    return new PlateSpec(name, size, dim, rows, batch, indices);
  }

  /** The steps of a scan as rows. */
  static PlateSpec ofSteps(String name, int times, int dim) {
    return new PlateSpec(name, times, dim, Rows.STEPS, times, null);
  }

  /** Under another name; for handlers. */
  public PlateSpec named(String name) {
    return new PlateSpec(name, size, dim, rows, batch, indices);
  }

  /** The plate's name. */
  public String name() {
    return name;
  }

  /** The number of all rows. */
  public long size() {
    return size;
  }

  /** The dim, −1 or less; 0 for the rightmost free one. */
  public int dim() {
    return dim;
  }

  /** The number of rows that an execution sees. */
  public long batch() {
    return batch;
  }

  /** Whether the library is to draw the rows, so that a handler may choose them. */
  public boolean isDrawn() {
    return rows == Rows.DRAWN;
  }

  /** Whether the caller chose the rows, by {@link #indices} into the whole data. */
  public boolean isIndexed() {
    return rows == Rows.INDEXED;
  }

  /** Whether the data hold the rows already, by {@link #given}. */
  public boolean isGiven() {
    return rows == Rows.GIVEN;
  }

  /** Whether its rows are the steps of a scan, which may depend on each other. */
  public boolean isOfSteps() {
    return rows == Rows.STEPS;
  }

  private void checkBatch(long batch) {
    checkArgument(
        batch >= 1 && batch <= size,
        "plate '%s' has size %s, but a subsample of %s rows was asked for; pass 1 to %s",
        name,
        size,
        batch,
        size);
  }
}
