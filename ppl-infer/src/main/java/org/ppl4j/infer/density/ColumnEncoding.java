package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Contexts as the numbers that networks read: each column as a {@link SeenColumn}, a category by a
 * 1 for its level, and a missing cell by the mean and a 1. Of these numbers those stay that are not
 * the same in all rows nor weighted sums of those before them. The numbers of an array stay as they
 * are.
 */
final class ColumnEncoding {

  private static final Family FAMILY = Family.of(ColumnEncoding.class, 1);

  /** So many levels of a category have a number each, the rest none. */
  private static final int MOST_LEVELS = 100;

  private static final String NAME = "contexts/";
  private static final String SEEN = "seen.";
  private static final String KEPT = "kept";

  private final @Nullable RowLayout layout;
  private final ImmutableList<SeenColumn> seen;
  private final ImmutableIntArray kept;

  private ColumnEncoding(
      @Nullable RowLayout layout, List<SeenColumn> seen, ImmutableIntArray kept) {
    this.layout = layout;
    this.seen = ImmutableList.copyOf(seen);
    this.kept = kept;
  }

  /** That of arrays: numbers, none of which is missing. */
  static ColumnEncoding ofArray(int columns) {
    SeenColumn number = new SeenColumn(true, 0, new double[0], false);
    return whole(null, Collections.nCopies(columns, number));
  }

  /** With all numbers. */
  private static ColumnEncoding whole(@Nullable RowLayout layout, List<SeenColumn> seen) {
    int width = seen.stream().mapToInt(SeenColumn::width).sum();
    return new ColumnEncoding(layout, seen, ImmutableIntArray.copyOf(IntStream.range(0, width)));
  }

  /**
   * That of a table, which knows levels and where cells are missing, by some of its rows, which
   * know means and what follows from what.
   *
   * @throws IllegalArgumentException if a cell is a text where a number should be, or not finite,
   *     or nothing varies
   */
  static ColumnEncoding of(Table table, Table rows) {
    RowLayout layout = RowLayout.of(table);
    if (layout == null) {
      return ofArray(table.columns());
    }
    List<SeenColumn> seen = new ArrayList<>();
    for (int j = 0; j < table.columns(); j++) {
      Levels levels = table.levels(j);
      double[] marks =
          levels.size() <= MOST_LEVELS ? levels.numbers().toArray() : frequent(rows, j);
      SeenColumn own = SeenColumn.of(rows.numbers(j), !levels.areTexts(), marks);
      boolean mayBeMissing = Arrays.stream(table.numbers(j)).anyMatch(Double::isNaN);
      seen.add(new SeenColumn(own.isNumber(), own.mean(), marks, mayBeMissing));
    }
    ColumnEncoding whole = whole(layout, seen);
    ImmutableIntArray kept = kept(whole.encode(rows));
    checkArgument(
        !kept.isEmpty(),
        "%s has the same cells in all %s rows; learn the density without contexts",
        table.name(),
        rows.rows());
    return new ColumnEncoding(layout, seen, kept);
  }

  /** The levels that most rows have, in their order. */
  private static double[] frequent(Table rows, int column) {
    Levels levels = rows.levels(column);
    int[] counts = new int[levels.size()];
    for (int i = 0; i < rows.rows(); i++) {
      double number = rows.number(i, column);
      if (!Double.isNaN(number)) {
        counts[levels.index(number)]++;
      }
    }
    return IntStream.range(0, counts.length)
        .boxed()
        .sorted(Comparator.comparingInt(k -> -counts[k]))
        .limit(MOST_LEVELS)
        .mapToDouble(k -> levels.numbers().get(k))
        .sorted()
        .toArray();
  }

  private static ImmutableIntArray kept(Table encoded) {
    int[] varying =
        IntStream.range(0, encoded.columns()).filter(j -> !isConstant(encoded, j)).toArray();
    if (varying.length == 0) {
      return ImmutableIntArray.of();
    }
    Table rest = encoded.places(varying);
    Set<Integer> sums = LinearDependence.found(Standardisation.of(rest).apply(rest)).keySet();
    return ImmutableIntArray.copyOf(
        IntStream.range(0, varying.length).filter(j -> !sums.contains(j)).map(j -> varying[j]));
  }

  private static boolean isConstant(Table table, int column) {
    double first = table.number(0, column);
    return IntStream.range(0, table.rows()).allMatch(i -> table.number(i, column) == first);
  }

  // --- what it is

  /** How many columns it reads. */
  int given() {
    return seen.size();
  }

  /** The names of these columns; none of an array's. */
  ImmutableList<String> givenNames() {
    return layout == null ? ImmutableList.of() : layout.names();
  }

  /** How many numbers it makes of a row. */
  int columns() {
    return kept.length();
  }

  /** The names of these numbers; none of an array's. */
  ImmutableList<String> names() {
    List<String> all = layout == null ? List.of() : names(layout);
    return kept.stream().filter(k -> k < all.size()).mapToObj(all::get).collect(toImmutableList());
  }

  private List<String> names(RowLayout own) {
    List<String> names = new ArrayList<>();
    for (int j = 0; j < seen.size(); j++) {
      String name = own.names().get(j);
      Levels levels = own.columns().get(j).levels();
      if (seen.get(j).isNumber()) {
        names.add(name);
      }
      for (double mark : seen.get(j).marks()) {
        names.add(name + "=" + levels.names().get(levels.index(mark)));
      }
      if (names.size() < end(j)) {
        names.add(name + " is missing");
      }
    }
    return names;
  }

  /** The end of a column's numbers, before some are left out. */
  private int end(int column) {
    return seen.subList(0, column + 1).stream().mapToInt(SeenColumn::width).sum();
  }

  /** What was done to columns, in words. */
  ImmutableList<String> notes() {
    ImmutableList.Builder<String> notes = ImmutableList.builder();
    for (int j = 0; layout != null && j < seen.size(); j++) {
      String name = layout.names().get(j);
      int end = end(j);
      int from = end - seen.get(j).width();
      int levels = layout.columns().get(j).levels().size();
      int rare = levels - seen.get(j).marks().length;
      if (kept.stream().noneMatch(k -> k >= from && k < end)) {
        notes.add(
            "context '%s' is left out: it is the same in all rows, or follows from those before it"
                .formatted(name));
      } else if (rare > 0) {
        notes.add(
            "context '%s' has %s levels, the %s least frequent of which are read as one"
                .formatted(name, levels, rare));
      }
    }
    return notes.build();
  }

  // --- what it does

  /**
   * The numbers of another table, by the names of its columns; an array, or any table if it was an
   * array that was learned from, holds the numbers of cells in their order.
   *
   * @throws IllegalArgumentException as {@link RowLayout#numbers}, or if an array has another width
   *     or a number that is no level, or a number is not finite, or missing in a column that always
   *     had one
   */
  Table apply(Table table) {
    if (layout == null) {
      return encode(table.width(seen.size()));
    }
    return encode(
        table.names().isEmpty()
            ? layout.checked(layout.table(table.width(seen.size())))
            : layout.table(layout.numbers(table)));
  }

  /**
   * The numbers of one row.
   *
   * @throws IllegalArgumentException as {@link #apply(Table)}, or if it has a cell of no column
   */
  Table apply(Map<String, ?> row) {
    checkArgument(
        layout != null,
        "density was learned from an array, whose columns have no names; pass an array");
    layout.checkNames("row", row.keySet());
    return apply(Table.row(row));
  }

  /** The numbers of a table of the same columns. */
  Table encode(Table own) {
    if (layout == null) {
      return own.finite();
    }
    int width = end(seen.size() - 1);
    double[] values = new double[own.rows() * columns()];
    for (int i = 0; i < own.rows(); i++) {
      double[] all = new double[width];
      int at = 0;
      for (int j = 0; j < seen.size(); j++) {
        check(own, i, j);
        seen.get(j).put(own.number(i, j), all, at);
        at += seen.get(j).width();
      }
      for (int k = 0; k < columns(); k++) {
        values[i * columns() + k] = all[kept.get(k)];
      }
    }
    return Table.of(own.name(), names(), values);
  }

  private void check(Table own, int row, int column) {
    if (!Double.isFinite(own.number(row, column))
        && !(seen.get(column).mayBeMissing() && own.isMissing(row, column))) {
      CellCheck.finite(own, row, column);
    }
  }

  // --- files

  /** Adds it to a file. */
  void write(TensorFile.Builder file) {
    RowLayout own = layout;
    if (own == null) {
      return;
    }
    file.put(
        NAME,
        part -> {
          FAMILY.write(part);
          own.write(part);
          for (int j = 0; j < seen.size(); j++) {
            seen.get(j).write(part, SEEN + j);
          }
          DensityFile.put(part, KEPT, kept.stream().asDoubleStream().toArray());
        });
  }

  /**
   * The one in a file; without one that of arrays.
   *
   * @param columns how many numbers it makes
   * @throws IllegalArgumentException if it is damaged
   */
  static ColumnEncoding read(TensorFile whole, int columns) {
    TensorFile file = whole.part(NAME);
    RowLayout layout = RowLayout.read(file);
    if (layout == null) {
      return ofArray(columns);
    }
    FAMILY.check(file);
    List<SeenColumn> seen = new ArrayList<>();
    for (int j = 0; j < layout.columns().size(); j++) {
      seen.add(SeenColumn.read(file, SEEN + j));
    }
    double[] kept = Standardisation.vector(file, KEPT, columns);
    int width = seen.stream().mapToInt(SeenColumn::width).sum();
    checkArgument(
        Arrays.stream(kept).allMatch(k -> k >= 0 && k < width),
        "%s has numbers of contexts that are of no column; pass a file that a density's save wrote",
        file);
    return new ColumnEncoding(
        layout, seen, ImmutableIntArray.copyOf(Arrays.stream(kept).mapToInt(k -> (int) k)));
  }
}
