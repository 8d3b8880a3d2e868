package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static com.google.common.collect.ImmutableSet.toImmutableSet;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.base.Strings;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.io.Writer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.internal.TextFile;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * Rows under the names of their columns, such as a CSV file has.
 *
 * <pre>{@code
 * Table flats = Table.read(Path.of("flats.csv")).as("rooms", ColumnType.COUNT);
 * System.out.println(flats); // what each column was taken for, and what it misses
 * NDArray price = flats.column("price").array(manager); // (N)
 * Category district = flats.category("district"); // indices and the names of levels
 * }</pre>
 *
 * <p>A column of a file is taken for a {@link ColumnType}: dates and times of ISO 8601 for dates;
 * other texts, true and false among them, and whole numbers of which at most 5 differ, each there
 * twice on average, for a category; other whole numbers from 0 for counts. A column in which no
 * more than half of the cells are texts is one of numbers, and those texts are errors where it is
 * used. Columns of arrays are numbers.
 *
 * <p>Each cell is a double: a date is the days since 1970-01-01, a level of a category that is a
 * number is this number, a level that is a text its place among the levels, and a missing cell is
 * NaN. Missing cells and texts are errors where numbers are wanted.
 *
 * <p>Immutable; its numbers are on the host.
 */
public final class Table {

  /** Of so many rows a table prints each. */
  private static final int MOST_SHOWN = 10;

  /** A cell of a file in which there is nothing. */
  private static final String MISSING = "NA";

  private final String name;
  private final ImmutableList<String> names;
  private final int columns;
  private final double[] values;
  private final int @Nullable [] order;
  private final List<Column> known;

  private Table(
      String name,
      ImmutableList<String> names,
      int columns,
      double[] values,
      int @Nullable [] order,
      List<Column> known) {
    this.name = name;
    this.names = names;
    this.columns = columns;
    this.values = values;
    this.order = order;
    this.known = known;
  }

  /**
   * Of these numbers, in columns without names.
   *
   * @param name what it holds, for errors
   * @param columns how many numbers a row has
   * @param values row by row; kept, not copied
   */
  Table(String name, int columns, double[] values) {
    this(name, ImmutableList.of(), columns, values, null, ofNumbers(columns));
  }

  private static List<Column> ofNumbers(int columns) {
    return Collections.nCopies(columns, Column.NUMBERS);
  }

  /** Of columns with names, at least one, and as many rows in each. */
  static Table of(String name, ImmutableList<String> names, List<WrittenColumn.Typed> columns) {
    int rows = columns.get(0).numbers().length;
    double[] values = new double[rows * columns.size()];
    for (int j = 0; j < columns.size(); j++) {
      for (int i = 0; i < rows; i++) {
        values[i * columns.size() + j] = columns.get(j).numbers()[i];
      }
    }
    ImmutableList<Column> known =
        columns.stream().map(WrittenColumn.Typed::column).collect(toImmutableList());
    return new Table(name, names, columns.size(), values, null, known);
  }

  /** Numbers under names, row by row; kept, not copied. */
  static Table of(String name, ImmutableList<String> names, double[] values) {
    return new Table(name, names, names.size(), values, null, ofNumbers(names.size()));
  }

  /**
   * The table in a CSV file (RFC 4180, UTF-8) whose first line names the columns. Cells that are
   * empty, {@code NA}, {@code N/A}, {@code #N/A}, {@code NaN} or {@code null}, in capitals or not,
   * are missing; empty lines are passed over. Whole numbers some of which begin with a 0 that says
   * nothing, such as the postal code 01234, are levels of a category, as they are written.
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
    Table table = of("table", array);
    checkArgument(
        table.columns == names.length,
        "table has %s columns, but %s names; pass one for each column",
        table.columns,
        names.length);
    Csv.checkNames("table", List.of(names));
    return new Table(
        "table", ImmutableList.copyOf(names), names.length, table.values, null, table.known);
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

  /**
   * One row, such as {@code Table.row(Map.of("area", 80.0, "district", "Mitte"))}, its columns in
   * alphabetical order. Cells say what they would say in a file.
   *
   * @param cells by the names of their columns: numbers, texts, booleans, dates and times of {@code
   *     java.time}; NaN, or null where a map has it, for a missing one
   * @throws IllegalArgumentException if there is none, or one is of another class
   */
  public static Table row(Map<String, ?> cells) {
    return RowOfMap.table(cells);
  }

  // --- what it is

  /** The names of the columns; none if it was an array. */
  public ImmutableList<String> names() {
    return names;
  }

  /** What each column was taken for, or told to be. */
  public ImmutableList<ColumnType> types() {
    return known.stream().map(Column::type).collect(toImmutableList());
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

  private int place(int row) {
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
    return values[place(row) * columns + column];
  }

  /** The numbers of one row; not a copy if it is the only one. */
  double[] row(int row) {
    int from = place(row) * columns;
    return values.length == columns ? values : Arrays.copyOfRange(values, from, from + columns);
  }

  /** The numbers of one column. */
  double[] numbers(int column) {
    return IntStream.range(0, rows()).mapToDouble(i -> number(i, column)).toArray();
  }

  /** What a column was taken for. */
  ColumnType type(int column) {
    return known.get(column).type();
  }

  /** The levels of a column that is a category; none of another. */
  Levels levels(int column) {
    return known.get(column).levels();
  }

  /** What a cell says, as a level's name; null if nothing. */
  @Nullable String text(int row, int column) {
    return known.get(column).text(place(row), number(row, column));
  }

  /** What a number says in a column, as a level's name. */
  String cell(int column, double number) {
    return String.valueOf(known.get(column).text(-1, number));
  }

  /** The text of a cell that holds no number; null if it holds one, or nothing. */
  @Nullable String noNumber(int row, int column) {
    return known.get(column).noNumber(place(row), number(row, column));
  }

  /** Where a row stood in what was read, from 0. */
  int fileRow(int row) {
    return place(row);
  }

  /** Whether nothing is in a cell. */
  boolean isMissing(int row, int column) {
    return Double.isNaN(number(row, column)) && known.get(column).texts().get(place(row)) == null;
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
    return ofAllRows(all -> all.places(places));
  }

  /** Made of all rows that were read, by whose places errors name a row; then its own of them. */
  private Table ofAllRows(UnaryOperator<Table> make) {
    return order == null
        ? make.apply(this)
        : make.apply(new Table(name, names, columns, values, null, known)).view(order);
  }

  /** The columns at these places, from 0, in this order. */
  Table places(int... chosen) {
    double[] taken = new double[rows() * chosen.length];
    for (int i = 0; i < taken.length; i++) {
      taken[i] = number(i / chosen.length, chosen[i % chosen.length]);
    }
    int[] rows = rows(0, rows());
    return new Table(
        name,
        names.isEmpty()
            ? names
            : Arrays.stream(chosen).mapToObj(names::get).collect(toImmutableList()),
        chosen.length,
        taken,
        null,
        Arrays.stream(chosen).mapToObj(j -> known.get(j).at(rows)).toList());
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

  /**
   * The rows in which no cell is missing, in their order. Levels of categories stay.
   *
   * @throws IllegalArgumentException if there is none
   */
  public Table complete() {
    int[] rows =
        IntStream.range(0, rows())
            .filter(i -> IntStream.range(0, columns).noneMatch(j -> isMissing(i, j)))
            .toArray();
    checkArgument(
        rows.length > 0,
        "%s has a missing cell in each of its %s rows; leave columns out by without(…) first",
        name,
        rows());
    return view(rows);
  }

  /**
   * Two parts of its rows, dealt at random: the first to learn from, the second to judge by what
   * was learned. Each has its rows in their order and knows the types and levels of all. Rows that
   * are alike in all columns by no accident are in one part, so that none is judged by its
   * likeness. Cost: O(rows · columns).
   *
   * @param share of the second, in (0, 1); its number of rows is rounded, and at least 1
   * @param seed other numbers deal otherwise
   * @throws IllegalArgumentException if the share is not in its range, or the first would have
   *     fewer than 2 rows
   */
  public ImmutableList<Table> split(double share, long seed) {
    checkArgument(
        share > 0 && share < 1,
        "%s is split at a share of %s, but it must be above 0 and below 1",
        name,
        share);
    int wanted = Split.count(rows(), share);
    checkArgument(
        rows() - wanted >= 2,
        "%s has %s rows, and a share of %s takes %s of them, but 2 must be left; pass more rows, or"
            + " a smaller share",
        name,
        rows(),
        share,
        wanted);
    Split split =
        Split.of(
            new Tables(this, null), wanted, Rng.of(seed, Rng.Purpose.PLATE, 0, "density.parts"));
    return ImmutableList.of(inOrder(split.others()), inOrder(split.held()));
  }

  private Table inOrder(int[] rows) {
    return view(Arrays.stream(rows).sorted().toArray());
  }

  /**
   * One column.
   *
   * @throws IllegalArgumentException if there is none of the name
   */
  public TableColumn column(String column) {
    return new TableColumn(this, place(column));
  }

  /**
   * The levels of a column of any type, in the order of numbers or of texts, and which of them each
   * row has.
   *
   * @throws IllegalArgumentException if there is no column of the name, or a cell is missing
   */
  public Category category(String column) {
    return column(column).category();
  }

  /**
   * {@link #category(String)} with levels that are known already, as those of the table that a
   * model has learned from.
   *
   * @throws IllegalArgumentException if there is no column of the name, a cell is missing, or it
   *     has another level
   */
  public Category category(String column, List<String> levels) {
    return column(column).category(levels);
  }

  /**
   * The same table with a column that is of a type, which it was not taken for: a category of
   * numbers is numbers again, codes are a category.
   *
   * @throws IllegalArgumentException if there is no column of the name, or a cell is not of the
   *     type
   */
  public Table as(String column, ColumnType type) {
    int place = place(column);
    if (type(place) == type && known.get(place).texts().isEmpty()) {
      return this;
    }
    Table told = ofAllRows(all -> all.told(place, type));
    CellCheck.type(told, place);
    return told;
  }

  /** With a column that is told its type, unchecked. */
  private Table told(int place, ColumnType type) {
    List<WrittenColumn.Typed> all =
        IntStream.range(0, columns)
            .mapToObj(
                j ->
                    j == place
                        ? WrittenColumn.as(known.get(j), numbers(j), type)
                        : new WrittenColumn.Typed(known.get(j), numbers(j)))
            .toList();
    return of(name, names, all);
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

  /** Numbers in place of those in the same columns, row by row; kept, not copied. */
  Table with(double[] others) {
    return new Table(name, names, columns, others, null, ofNumbers(columns));
  }

  /** These rows, in this order; the numbers are shared. */
  Table view(int[] rows) {
    int[] chosen = Arrays.stream(rows).map(this::place).toArray();
    return new Table(name, names, columns, values, chosen, known);
  }

  /** All rows, this many times one after the other; the numbers are shared. */
  Table repeated(int times) {
    int rows = rows();
    int[] chosen = new int[rows * times];
    Arrays.setAll(chosen, i -> place(i % rows));
    return new Table(name, names, columns, values, chosen, known);
  }

  /** A copy of all rows, then all of another table. */
  Table and(Table more) {
    double[] own = values();
    double[] others = more.values();
    double[] all = Arrays.copyOf(own, own.length + others.length);
    System.arraycopy(others, 0, all, own.length, others.length);
    return with(all);
  }

  /** A copy of rows {@code from} to {@code to} (exclusive). */
  Table range(int from, int to) {
    double[] taken = new double[(to - from) * columns];
    for (int i = from; i < to; i++) {
      System.arraycopy(values, place(i) * columns, taken, (i - from) * columns, columns);
    }
    List<Column> kept =
        known.stream().allMatch(column -> column.texts().isEmpty())
            ? known
            : known.stream().map(column -> column.at(rows(from, to))).toList();
    return new Table(name, names, columns, taken, null, kept);
  }

  /** Where rows are in its numbers. */
  private int[] rows(int from, int to) {
    return IntStream.range(from, to).map(this::place).toArray();
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
        CellCheck.finite(this, i, j);
      }
    }
    return this;
  }

  /**
   * Itself, some of whose cells may be missing if it has names.
   *
   * @throws IllegalArgumentException if a cell is not of its column's type, or a number is infinite
   */
  Table ofItsTypes() {
    if (names.isEmpty()) {
      return finite();
    }
    for (int j = 0; j < columns; j++) {
      CellCheck.type(this, j);
      for (int i = 0; i < rows(); i++) {
        if (Double.isInfinite(number(i, j))) {
          CellCheck.finite(this, i, j);
        }
      }
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

  // --- elsewhere

  /**
   * Writes it as a CSV file (RFC 4180, UTF-8) that {@link #read(Path)} reads as the same table, but
   * for the types that columns were told, which are told again. Missing cells are empty; of a row
   * that has no other the first is {@code NA}.
   *
   * @throws java.io.UncheckedIOException if the file cannot be written
   * @throws IllegalArgumentException if the columns have no names
   */
  public void write(Path file) {
    checkArgument(
        !names.isEmpty(), "%s has columns without names; name them by Table.of(array, …)", name);
    TextFile.write("file", file, this::write);
  }

  private void write(Writer writer) throws IOException {
    TextFile.writeLine(writer, names.toArray());
    for (int i = 0; i < rows(); i++) {
      int row = i;
      Object[] cells = IntStream.range(0, columns).mapToObj(j -> text(row, j)).toArray();
      boolean isEmpty = Arrays.stream(cells).allMatch(cell -> cell == null || cell.equals(""));
      cells[0] = isEmpty ? MISSING : cells[0]; // an empty line is no row
      TextFile.writeLine(writer, cells);
    }
  }

  /**
   * As an array (N, D) of a manager.
   *
   * @throws IllegalArgumentException if a cell is missing or a text
   */
  public NDArray array(NDManager manager) {
    for (int i = 0; i < rows(); i++) {
      for (int j = 0; j < columns; j++) {
        CellCheck.number(this, i, j);
      }
    }
    return tensor(manager);
  }

  /** The same of cells that are checked, or may be NaN. */
  NDArray tensor(NDManager manager) {
    return manager.create(values(), new Shape(rows(), columns));
  }

  /**
   * What it holds, how many rows, and a line for each column with a name: what it was taken for,
   * how many cells are missing, and the levels of a category or the least and the greatest number.
   * Of at most ten rows these follow.
   */
  @Override
  public String toString() {
    if (names.isEmpty()) {
      return name + ": " + rows() + " rows, " + columns + " columns";
    }
    String rows = rows() == 1 ? "1 row" : rows() + " rows";
    Stream<String> types = names.stream().map(column -> column(column).toString());
    return Stream.concat(types, rows() > MOST_SHOWN ? Stream.empty() : shownRows())
        .map(line -> System.lineSeparator() + "  " + line)
        .collect(joining("", name + ": " + rows, ""));
  }

  /** The names, and the rows below them. */
  private Stream<String> shownRows() {
    List<List<String>> columns =
        names.stream()
            .map(
                column ->
                    Stream.concat(
                            Stream.of(column),
                            IntStream.range(0, rows()).mapToObj(column(column)::shown))
                        .toList())
            .toList();
    return IntStream.rangeClosed(0, rows())
        .mapToObj(
            i ->
                columns.stream()
                    .map(cells -> Strings.padStart(cells.get(i), width(cells), ' '))
                    .collect(joining("  ")));
  }

  private static int width(List<String> cells) {
    return cells.stream().mapToInt(String::length).max().orElseThrow();
  }
}
