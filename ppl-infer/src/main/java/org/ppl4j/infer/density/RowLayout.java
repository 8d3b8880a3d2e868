package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.file.TensorFile;

/**
 * How the columns of a table are called and what their numbers mean, so that rows of numbers are a
 * table again.
 *
 * @param names of the columns
 * @param columns what is known of each, without cells
 */
record RowLayout(ImmutableList<String> names, ImmutableList<Column> columns) {

  private static final String NAMES = "layout.name.";
  private static final String TYPES = "layout.type.";
  private static final String LEVELS = "layout.levels.";
  private static final String AS_TEXTS = "texts";

  /** That of a table; null of one without names. */
  static @Nullable RowLayout of(Table table) {
    return table.names().isEmpty()
        ? null
        : new RowLayout(
            table.names(),
            IntStream.range(0, table.columns())
                .mapToObj(j -> new Column(table.type(j), table.levels(j), ImmutableMap.of()))
                .collect(toImmutableList()));
  }

  /** Rows of numbers as a table. */
  Table table(Table rows) {
    return Table.of(
        rows.name(),
        names,
        IntStream.range(0, names.size())
            .mapToObj(j -> new WrittenColumn.Typed(columns.get(j), rows.numbers(j)))
            .toList());
  }

  /**
   * The numbers of a table that has these columns, in any order and among others; NaN where a cell
   * is missing. A count may be any number here: it is one by accident where all are whole.
   *
   * @throws IllegalArgumentException if a column is not there, a cell is not of its type, or a
   *     level is none of these
   */
  Table numbers(Table given) {
    int size = names.size();
    double[] values = new double[given.rows() * size];
    for (int j = 0; j < size; j++) {
      String name = names.get(j);
      checkArgument(
          given.names().contains(name),
          "%s has no column '%s', which this density was learned from; pass each of %s, and NaN"
              + " where a cell is missing",
          given.name(),
          name,
          names);
      ColumnType type = columns.get(j).type();
      Table own = given.as(name, type == ColumnType.COUNT ? ColumnType.NUMBER : type);
      int place = own.place(name);
      for (int i = 0; i < given.rows(); i++) {
        values[i * size + j] = cell(own, i, place, columns.get(j).levels());
      }
    }
    return new Table(given.name(), size, values);
  }

  /**
   * A table of these columns.
   *
   * @throws IllegalArgumentException if a number in a category is that of no level
   */
  Table checked(Table own) {
    for (int j = 0; j < names.size(); j++) {
      Levels levels = columns.get(j).levels();
      for (int i = 0; levels.size() > 0 && i < own.rows(); i++) {
        double number = own.number(i, j);
        if (!Double.isNaN(number) && levels.index(number) < 0) {
          throw CellCheck.unknown(own.with(own.values()), i, j, levels.names());
        }
      }
    }
    return own;
  }

  /**
   * The cells of one row by the names of their columns, in their order: texts of levels that are
   * texts and of dates, numbers of others, null for a missing one.
   *
   * @throws IllegalArgumentException if a number in a category is that of no level
   */
  Map<String, @Nullable Object> cells(Table row) {
    Table own = checked(table(row));
    Map<String, @Nullable Object> cells = new LinkedHashMap<>();
    for (int j = 0; j < names.size(); j++) {
      double number = own.number(0, j);
      boolean isText =
          columns.get(j).type() == ColumnType.DATE || columns.get(j).levels().areTexts();
      Object cell = Double.isNaN(number) ? null : number;
      cells.put(names.get(j), isText ? own.text(0, j) : cell);
    }
    return cells;
  }

  /**
   * Checks the names of columns.
   *
   * @throws IllegalArgumentException if one is none of these
   */
  void checkNames(String subject, Collection<String> chosen) {
    for (String name : chosen) {
      checkArgument(
          names.contains(name),
          "%s has column '%s', which this density was not learned from; choose from %s",
          subject,
          name,
          Nearest.to(name, names));
    }
  }

  private static double cell(Table table, int row, int place, Levels levels) {
    String text = levels.size() > 0 ? table.text(row, place) : null;
    if (text == null) {
      return table.number(row, place);
    }
    int index = levels.index(text);
    if (index < 0) {
      throw CellCheck.unknown(table, row, place, levels.names());
    }
    return levels.numbers().get(index);
  }

  // --- files

  void write(TensorFile.Builder file) {
    for (int j = 0; j < names.size(); j++) {
      Levels levels = columns.get(j).levels();
      file.put(NAMES + j, names.get(j));
      file.put(TYPES + j, columns.get(j).type().name());
      if (levels.areTexts()) {
        file.put(LEVELS + j, AS_TEXTS);
        for (int k = 0; k < levels.size(); k++) {
          file.put(LEVELS + j + "." + k, levels.names().get(k));
        }
      } else if (levels.size() > 0) {
        DensityFile.put(file, LEVELS + j, levels.numbers().toArray());
      }
    }
  }

  /** That in a file; null if it has none. */
  static @Nullable RowLayout read(TensorFile file) {
    ImmutableList<String> names = texts(file, NAMES);
    return names.isEmpty()
        ? null
        : new RowLayout(
            names,
            IntStream.range(0, names.size())
                .mapToObj(j -> new Column(type(file, j), levels(file, j), ImmutableMap.of()))
                .collect(toImmutableList()));
  }

  /** The texts of a file whose names are these words and a number, from 0 on. */
  static ImmutableList<String> texts(TensorFile file, String prefix) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    for (int k = 0; ; k++) {
      String text = file.text(prefix + k);
      if (text == null) {
        return texts.build();
      }
      texts.add(text);
    }
  }

  private static ColumnType type(TensorFile file, int column) {
    String text = file.text(TYPES + column);
    checkArgument(
        text != null
            && Arrays.stream(ColumnType.values()).anyMatch(type -> type.name().equals(text)),
        "%s has a column of type '%s', which no table has; pass a file that a density's save wrote",
        file,
        text);
    return ColumnType.valueOf(text);
  }

  private static Levels levels(TensorFile file, int column) {
    if (file.text(LEVELS + column) != null) {
      return Levels.ofTexts(texts(file, LEVELS + column + "."));
    }
    return file.entries().containsKey(LEVELS + column)
        ? Levels.ofNumbers(DensityFile.numbers(file, LEVELS + column, 1))
        : Levels.NONE;
  }
}
