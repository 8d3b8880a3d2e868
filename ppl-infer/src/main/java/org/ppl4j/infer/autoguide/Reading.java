package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Ppl;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * What an {@link AutoAmortised} guide reads of each row of a plate: some numbers of the data, as
 * they are. Units do not matter.
 *
 * <pre>{@code
 * Reading.rows(Counties::soil)                                             // of each row
 * Reading.members(Counties::radon, Counties::county, Counties::count)      // of those in it
 * }</pre>
 *
 * @param <D> the data
 */
public final class Reading<D extends @Nullable Object> {

  /**
   * Up to so many numbers of a member their products are read, too, and not their squares alone.
   */
  private static final int PRODUCTS = 8;

  private final ImmutableList<Part<D>> parts;

  private Reading(ImmutableList<Part<D>> parts) {
    this.parts = parts;
  }

  /** Some columns. */
  private interface Part<D extends @Nullable Object> {

    /**
     * The columns (N, F) of all rows that the data hold.
     *
     * @param name before those of buffers
     */
    NDArray columns(Ppl p, D data, String name);
  }

  /**
   * Of each row some numbers.
   *
   * @param columns of the data, (N, F) or (N): of all rows of the plate, as its {@code take} has
   *     them
   */
  public static <D extends @Nullable Object> Reading<D> rows(Function<D, NDArray> columns) {
    requireNonNull(columns, "columns");
    return new Reading<>(
        ImmutableList.of((p, data, name) -> table(p.run(), columns.apply(data), name)));
  }

  /**
   * Of each row the members that belong to it, as many as there are: observations of a group. What
   * is read of them is what does not depend on their order: how many they are, and the means of
   * their numbers and of the products of these, in their units.
   *
   * <p>A step costs as much as there are rows times members.
   *
   * @param columns of the data, (M, F) or (M): of each member
   * @param row of the data, whole numbers (M): the row that each member belongs to, from 0
   * @param rows how many rows the data hold
   */
  public static <D extends @Nullable Object> Reading<D> members(
      Function<D, NDArray> columns, Function<D, NDArray> row, ToLongFunction<D> rows) {
    requireNonNull(columns, "columns");
    requireNonNull(row, "row");
    requireNonNull(rows, "rows");
    return new Reading<>(
        ImmutableList.of(
            (p, data, name) -> {
              Run run = p.run();
              NDArray members = table(run, columns.apply(data), name);
              NDArray units =
                  bounded(Standard.units(p, name, "members of '" + name + "'", members));
              return pooled(run, units, run.bind(row.apply(data)), rows.applyAsLong(data));
            }));
  }

  /** This and more of each row. */
  public Reading<D> and(Reading<D> more) {
    return new Reading<>(ImmutableList.<Part<D>>builder().addAll(parts).addAll(more.parts).build());
  }

  /** Numbers in their units, those far out brought nearer. */
  static NDArray bounded(NDArray units) {
    return units.minimum(FAR).maximum(-FAR);
  }

  private static final double FAR = 5;

  /** All columns (N, F) of all rows that the data hold, in their units. */
  NDArray columns(Ppl p, D data, String name, String plate) {
    List<NDArray> all = new ArrayList<>();
    for (Part<D> part : parts) {
      all.add(part.columns(p, data, name + "." + all.size()));
    }
    long rows = all.get(0).getShape().get(0);
    for (NDArray columns : all) {
      checkArgument(
          columns.getShape().get(0) == rows,
          "what is read of plate '%s' has %s rows and %s rows; give all parts those of the plate",
          plate,
          rows,
          columns.getShape().get(0));
    }
    NDArray joined = all.size() == 1 ? all.get(0) : Tensors.concat(all, 1);
    return Standard.units(p, name, "what is read of plate '" + plate + "'", joined);
  }

  private static NDArray table(Run run, NDArray columns, String name) {
    NDArray bound = run.bind(columns);
    Shape shape = bound.getShape();
    checkArgument(
        shape.dimension() == 1 || shape.dimension() == 2,
        "'%s' reads numbers of shape %s, but of each row there are some side by side: (N, F) or"
            + " (N); reshape them",
        name,
        shape);
    NDArray table = shape.dimension() == 1 ? bound.expandDims(1) : bound;
    return table.getDataType() == run.dataType() ? table : Tensors.cast(table, run.dataType());
  }

  private static NDArray pooled(Run run, NDArray members, NDArray row, long rows) {
    NDArray each = row.toType(DataType.INT64, false);
    NDArray belongs =
        Tensors.cast(run.arange(rows).expandDims(1).eq(each), run.dataType()); // (N, M)
    NDArray count = belongs.sum(new int[] {1}, true);
    NDArray means = Tensors.matMul(belongs, moments(members)).div(count.maximum(1));
    return Tensors.concat(List.of(count.add(1).log(), means), 1);
  }

  private static NDArray moments(NDArray members) {
    int size = Math.toIntExact(members.getShape().get(1));
    List<NDArray> all = new ArrayList<>(List.of(members));
    for (int shift = 0; shift < (size <= PRODUCTS ? size : 1); shift++) {
      all.add(
          Tensors.range(members, -1, shift, size).mul(Tensors.range(members, -1, 0, size - shift)));
    }
    return Tensors.concat(all, 1);
  }
}
