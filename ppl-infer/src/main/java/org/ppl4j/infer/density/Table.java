package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableSet.toImmutableSet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.math.Nearest;
import org.ppl4j.tensor.Tensors;

/**
 * Rows of numbers under the names of their columns, such as a CSV file has.
 *
 * <pre>{@code
 * Table wines = Table.read(Path.of("wines.csv"));
 * try (Density density = estimator.fit(manager, wines.columns("density", "alcohol"))) { … }
 * }</pre>
 *
 * <p>A file may have text and gaps: that is an error only in a column that is learned from.
 * Immutable; its numbers are on the host.
 */
public final class Table {

  /**
   * A cell that holds no number.
   *
   * @param row from 0
   * @param text what is there; blank if nothing
   * @param texts how many cells of the column have a text
   */
  record Fault(int row, String text, int texts) {

    /** The first of two, of the texts of both. */
    Fault and(Fault later) {
      return new Fault(row, text, texts + later.texts);
    }
  }

  private final String name;
  private final ImmutableList<String> names;
  private final int columns;
  private final double[] values;
  private final int @Nullable [] order;
  private final ImmutableMap<String, Fault> faults;

  private Table(
      String name,
      ImmutableList<String> names,
      int columns,
      double[] values,
      int @Nullable [] order,
      ImmutableMap<String, Fault> faults) {
    this.name = name;
    this.names = names;
    this.columns = columns;
    this.values = values;
    this.order = order;
    this.faults = faults;
  }

  /**
   * Of these numbers, in columns without names.
   *
   * @param name what it holds, for errors
   * @param columns how many numbers a row has
   * @param values row by row; kept, not copied
   */
  Table(String name, int columns, double[] values) {
    this(name, ImmutableList.of(), columns, values, null, ImmutableMap.of());
  }

  /** What a file has: numbers row by row, and the first cell of each column that is none. */
  static Table ofFile(
      String name,
      ImmutableList<String> names,
      double[] values,
      ImmutableMap<String, Fault> faults) {
    return new Table(name, names, names.size(), values, null, faults);
  }

  /**
   * The table in a CSV file (RFC 4180, UTF-8) whose first line names the columns. Cells that are
   * empty, {@code NA} or {@code NaN} are missing; empty lines are passed over.
   *
   * @throws java.io.UncheckedIOException if the file cannot be read
   * @throws IllegalArgumentException if it is empty or has no rows, is in another encoding, its
   *     first line has numbers alone, two columns have one name, or a row has more or fewer cells
   *     than there are names
   */
  public static Table read(Path file) {
    return read(file, TableFormat.standard());
  }

  /** As {@link #read(Path)}, of a file that is written in another way. */
  public static Table read(Path file, TableFormat format) {
    return Csv.read(file, format);
  }

  /**
   * The rows of an array.
   *
   * @param array (N, D), or (N) for D = 1; its numbers are copied
   * @param names of the D columns
   * @throws IllegalArgumentException if the array has another shape or no row, or two columns have
   *     one name
   */
  public static Table of(NDArray array, String... names) {
    Table table = of("table", array).width(names.length);
    Csv.checkNames("table", List.of(names));
    return ofFile("table", ImmutableList.copyOf(names), table.values, ImmutableMap.of());
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

  // --- what it is

  /** The names of the columns; none if it was an array. */
  public ImmutableList<String> names() {
    return names;
  }

  /** How many columns there are. */
  public int columns() {
    return columns;
  }

  /** How many rows there are. */
  public int rows() {
    return order == null ? values.length / columns : order.length;
  }

  String name() {
    return name;
  }

  private int row(int row) {
    return order == null ? row : order[row];
  }

  /** A column as a reader finds it. */
  String column(int column) {
    return "column " + bare(column) + (names.isEmpty() ? " (from 1)" : "");
  }

  /** Its name in quotes, or its number from 1. */
  String bare(int column) {
    return names.isEmpty() ? String.valueOf(column + 1) : "'" + names.get(column) + "'";
  }

  /** Row by row; not a copy if the rows are all there are, in their order. */
  double[] values() {
    return order == null ? values : range(0, rows()).values;
  }

  /** The number in a cell, both counted from 0. */
  double number(int row, int column) {
    return values[row(row) * columns + column];
  }

  /** The numbers of one column. */
  double[] numbers(int column) {
    return IntStream.range(0, rows()).mapToDouble(i -> number(i, column)).toArray();
  }

  // --- parts of it

  /**
   * These columns, in this order.
   *
   * @throws IllegalArgumentException if there is none of a name, or one is named twice
   */
  public Table columns(String... chosen) {
    Csv.checkNames(name, List.of(chosen));
    checkArgument(chosen.length > 0, "%s is asked for no column; name at least one", name);
    int[] places = Arrays.stream(chosen).mapToInt(this::place).toArray();
    double[] taken = new double[rows() * places.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = number(i / places.length, places[i % places.length]);
    }
    ImmutableMap.Builder<String, Fault> kept = ImmutableMap.builder();
    for (String column : chosen) {
      Fault fault = faults.get(column);
      if (fault != null) {
        kept.put(column, fault);
      }
    }
    return ofFile(name, ImmutableList.copyOf(chosen), taken, kept.buildOrThrow());
  }

  /**
   * All columns but these, in their order.
   *
   * @throws IllegalArgumentException if there is none of a name, or none is left
   */
  public Table without(String... dropped) {
    Set<Integer> places = Arrays.stream(dropped).map(this::place).collect(toImmutableSet());
    return columns(
        IntStream.range(0, columns)
            .filter(j -> !places.contains(j))
            .mapToObj(names::get)
            .toArray(String[]::new));
  }

  /** Where a column stands. */
  int place(String column) {
    int place = names.indexOf(column);
    checkArgument(
        place >= 0,
        "%s has no column '%s'; choose from %s",
        name,
        column,
        names.isEmpty() ? "none, since they have no names" : Nearest.to(column, names));
    return place;
  }

  /** Other numbers in the same columns, row by row; kept, not copied. */
  Table with(double[] others) {
    return new Table(name, names, columns, others, null, ImmutableMap.of());
  }

  /** These rows, in this order; the numbers are shared. */
  Table view(int[] rows) {
    int[] chosen = Arrays.stream(rows).map(this::row).toArray();
    return new Table(name, names, columns, values, chosen, faults);
  }

  /** All rows, this many times one after the other; the numbers are shared. */
  Table repeated(int times) {
    int rows = rows();
    int[] chosen = new int[rows * times];
    Arrays.setAll(chosen, i -> row(i % rows));
    return new Table(name, names, columns, values, chosen, faults);
  }

  /** A copy of rows {@code from} to {@code to} (exclusive). */
  Table range(int from, int to) {
    double[] taken = new double[(to - from) * columns];
    for (int i = from; i < to; i++) {
      System.arraycopy(values, row(i) * columns, taken, (i - from) * columns, columns);
    }
    return new Table(name, names, columns, taken, null, ImmutableMap.of());
  }

  // --- checks

  /**
   * Itself.
   *
   * @throws IllegalArgumentException if a number is not finite, or something else is in its place
   */
  Table finite() {
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns; j++) {
        double value = number(i, j);
        if (!Double.isFinite(value)) {
          throw new IllegalArgumentException(
              "%s has %s in column %s of row %s (from 1); %s"
                  .formatted(name, found(j, row(i), value), bare(j), row(i) + 1, advice(j)));
        }
      }
    }
    return this;
  }

  /** What to do about a cell without a number, by what else is in its column. */
  private String advice(int column) {
    Fault fault = names.isEmpty() ? null : faults.get(names.get(column));
    if (fault != null && Csv.hasThousands(fault.text())) {
      return "if its marks part thousands, take them out"
          + (Csv.isDecimalComma(fault.text())
              ? "; if its comma is a decimal one, read the file with"
                  + " TableFormat.standard().decimalComma()"
              : "");
    }
    if (fault != null && Csv.isDecimalComma(fault.text())) {
      return "if that is a number, read the file with TableFormat.standard().decimalComma()";
    }
    if (fault != null && Csv.isDecimalPoint(fault.text())) {
      return "if that is a number, write a comma for its point, as the file's format has it";
    }
    if (fault != null && columns == 1 && fault.text().matches("\\S+[\\s|:]\\S.*")) {
      return "if that is several cells, pass what parts them by"
          + " TableFormat.standard().delimiter(…)";
    }
    if (fault != null && fault.texts() > 1 && fault.texts() > rows() / 2) {
      return "%s of %s rows have a text there; write numbers for it, or leave the column out by"
              .formatted(fault.texts(), rows())
          + " without(\"%s\")".formatted(names.get(column));
    }
    return "leave the row out, or fill it in";
  }

  private String found(int column, int row, double value) {
    Fault fault = names.isEmpty() ? null : faults.get(names.get(column));
    if (fault == null || fault.row() != row) {
      return names.isEmpty() || !Double.isNaN(value) ? String.valueOf(value) : "no number";
    }
    return fault.text().isBlank() ? "no number" : "the text '" + fault.text() + "'";
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

  // --- elsewhere

  /** As an array (N, D) of a manager. */
  public NDArray array(NDManager manager) {
    return manager.create(values(), new Shape(rows(), columns));
  }

  /** A few words: what it holds, how many rows and which columns. */
  @Override
  public String toString() {
    String all = names.isEmpty() ? columns + " columns" : "columns " + String.join(", ", names);
    return name + ": " + rows() + " rows, " + all;
  }
}
