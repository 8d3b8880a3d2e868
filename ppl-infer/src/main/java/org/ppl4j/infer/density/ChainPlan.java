package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.stream.Collectors.joining;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;

/**
 * How the columns of a table are learned as a {@link ColumnChain}: which follow from others, what
 * each of the rest is, and in which order. First come categories and coarse steps without missing
 * cells, then the columns that are continuous, together, then those with atoms; at last, one by
 * one, columns with missing cells, the fewest missing first.
 *
 * @param columns of all, in their order
 * @param rules of those that follow from others
 */
record ChainPlan(ImmutableList<Column> columns, ImmutableList<ColumnRule> rules) {

  /** What a column is, in the order in which complete ones are learned. */
  enum Kind {
    /** One of some levels. */
    LEVELS,
    /** In steps that are wide beside its deviation. */
    CELLS,
    /** Continuous, or in fine steps. */
    CONTINUOUS,
    /** With atoms, and continuous elsewhere. */
    ATOMS
  }

  /** Steps of this share of the deviation are wide. */
  private static final double COARSE = 0.2;

  /** So many columns that were taken for the same are named. */
  private static final int MOST_NAMES = 10;

  /** With fewer rows between its atoms a column is learned as levels. */
  private static final int FEWEST_BETWEEN = 20;

  /**
   * A column.
   *
   * @param place which, from 0
   * @param marks levels, or atoms; ascending
   * @param step of its dequantisation; 0 without
   * @param grid on which its numbers lie; null if there is none
   * @param inside the set of numbers that are no atoms, with those of their cells
   * @param missing in how many rows it is missing
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Column(
      int place,
      Kind kind,
      double[] marks,
      double step,
      @Nullable Grid grid,
      NaturalBounds bounds,
      Constraint inside,
      int missing) {

    boolean isPlain() {
      return kind == Kind.CONTINUOUS && missing == 0 && grid == null && bounds.isFree();
    }

    /** What it was taken for, of so many rows. */
    String text(int rows) {
      List<String> parts = new ArrayList<>();
      switch (kind) {
        case LEVELS -> parts.add("one of " + marks.length + " levels");
        case CELLS -> parts.add("in steps of " + CellText.shown(step));
        case CONTINUOUS -> parts.add("continuous");
        case ATOMS ->
            parts.add(
                Arrays.stream(marks).mapToObj(CellText::shown).collect(joining(", "))
                    + " or continuous");
      }
      if (grid != null && kind != Kind.CELLS) {
        parts.add("rounded to steps of " + CellText.shown(grid.step()));
      }
      if (!bounds.isFree() && kind != Kind.CELLS) {
        parts.add(boundsText());
      }
      if (missing > 0) {
        parts.add("missing in %,d of %,d rows".formatted(missing, rows));
      }
      return String.join(", ", parts);
    }

    private String boundsText() {
      boolean isBelow = bounds.high() < Double.POSITIVE_INFINITY;
      if (grid == null) {
        String low = CellText.shown(bounds.low());
        return isBelow
            ? "between " + low + " and " + CellText.shown(bounds.high())
            : "greater than " + low;
      }
      String low = CellText.shown(rounded().of(bounds.low()));
      return isBelow
          ? "from " + low + " to " + CellText.shown(rounded().of(bounds.high()))
          : "at least " + low;
    }

    /** How draws of numbers that are no atoms come out. */
    RoundedDistribution.Column rounded() {
      return new RoundedDistribution.Column(Optional.ofNullable(grid), bounds.low(), bounds.high());
    }
  }

  /** Those that are learned together. */
  record Part(ImmutableList<Column> columns) {

    Column first() {
      return columns.get(0);
    }

    int[] places() {
      return columns.stream().mapToInt(Column::place).toArray();
    }
  }

  /**
   * That of a table.
   *
   * @param told what an estimator was told of its columns
   * @param table NaN where a cell is missing
   * @throws IllegalArgumentException if a column is missing in all rows, all are constant, or a
   *     cell is missing where rows lie in a set of rows
   */
  static ChainPlan of(Columns told, Table table) {
    List<Optional<Constraint>> supports = told.support().of(table).ofColumns(table.columns());
    if (supports.stream().anyMatch(Optional::isEmpty)) {
      return plain(table);
    }
    ImmutableList<ColumnRule> rules = ColumnRules.of(table);
    ImmutableList<Column> columns =
        IntStream.range(0, table.columns())
            .filter(j -> rules.stream().noneMatch(rule -> rule.column() == j))
            .mapToObj(j -> column(told, table, j, supports.get(j).orElseThrow()))
            .collect(ImmutableList.toImmutableList());
    checkArgument(
        !columns.isEmpty(),
        "%s has the same in all %s rows of every column, so that there is nothing to learn; pass"
            + " rows that differ",
        table.name(),
        table.rows());
    return new ChainPlan(columns, rules);
  }

  /** That of an array, or of rows that lie in a set of rows: one flow makes them. */
  static ChainPlan plain(Table table) {
    return new ChainPlan(
        IntStream.range(0, table.finite().columns())
            .mapToObj(
                j ->
                    new Look(j, new double[0], 0, Constraint.REAL)
                        .continuous(0, null, NaturalBounds.NONE, new double[0]))
            .collect(ImmutableList.toImmutableList()),
        ImmutableList.of());
  }

  private static Column column(Columns told, Table table, int place, Constraint support) {
    double[] all = table.numbers(place);
    double[] there = Arrays.stream(all).filter(x -> !Double.isNaN(x)).toArray();
    int missing = all.length - there.length;
    checkArgument(
        there.length > 0,
        "%s has nothing in all %s rows of %s; leave the column out",
        table.name(),
        all.length,
        table.column(place));
    Look look = new Look(place, there, missing, support);
    if (table.type(place) == ColumnType.CATEGORY) {
      return look.levels(table.levels(place).numbers().toArray());
    }
    double[] different = Levels.different(Arrays.stream(there));
    Table own = new Table(table.name(), 1, there);
    List<Optional<Constraint>> each = List.of(Optional.of(support));
    double step = told.dequantisation().step(own, each, place);
    Grid grid = step > 0 ? Grid.of(there, step) : null;
    if (grid != null && different.length == 2) {
      return look.levels(different);
    }
    boolean isFree = support.isReal() && !told.support().names(table, place);
    NaturalBounds bounds = isFree ? NaturalBounds.of(there) : NaturalBounds.NONE;
    if (grid != null && grid.step() >= COARSE * Standardisation.deviation(there)) {
      return look.cells(grid, bounds);
    }
    double[] atoms = told.dequantisation().atoms(own, each);
    return look.continuous(step, grid, bounds, atoms);
  }

  /** A column that is looked at. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Look(int place, double[] there, int missing, Constraint support) {

    Column levels(double[] levels) {
      return new Column(
          place, Kind.LEVELS, levels, 0, null, NaturalBounds.NONE, Constraint.REAL, missing);
    }

    private Column of(
        Kind kind, double[] atoms, double step, @Nullable Grid grid, NaturalBounds bounds) {
      Constraint inside = bounds.isFree() ? support : bounds.inside();
      return new Column(place, kind, atoms, step, grid, bounds, inside, missing);
    }

    Column cells(Grid grid, NaturalBounds bounds) {
      return of(Kind.CELLS, new double[0], grid.step(), grid, bounds.wider(grid.step() / 2));
    }

    /** Bounds that are touched are atoms, or in the middle of a cell. */
    Column continuous(double step, @Nullable Grid grid, NaturalBounds bounds, double[] spikes) {
      double[] atoms =
          Levels.different(
              DoubleStream.concat(
                  Arrays.stream(spikes),
                  Arrays.stream(there).filter(x -> step == 0 && bounds.touches(x))));
      double[] between =
          Arrays.stream(there)
              .filter(x -> MixedDistribution.which(atoms, x) == atoms.length)
              .toArray();
      boolean touches = Arrays.stream(between).anyMatch(bounds::touches);
      NaturalBounds own = touches ? bounds.wider(step / 2) : bounds;
      if (atoms.length == 0) {
        return of(Kind.CONTINUOUS, atoms, step, grid, own);
      }
      return Arrays.stream(between).distinct().count() < FEWEST_BETWEEN
          ? levels(Levels.different(Arrays.stream(there)))
          : of(Kind.ATOMS, atoms, step, grid, own);
    }
  }

  /** Whether all columns are continuous, complete and free, as flows learn them. */
  boolean isPlain() {
    return rules.isEmpty() && columns.stream().allMatch(Column::isPlain);
  }

  /** What each column was taken for, those alike together. */
  ImmutableList<String> notes(Table table) {
    Map<String, List<String>> alike = new LinkedHashMap<>();
    columns.forEach(
        column ->
            alike
                .computeIfAbsent(column.text(table.rows()), text -> new ArrayList<>())
                .add(table.bare(column.place())));
    ImmutableList.Builder<String> notes = ImmutableList.builder();
    alike.forEach((text, names) -> notes.add(listed(names) + ": " + text));
    rules.forEach(rule -> notes.add(table.bare(rule.column()) + ": " + rule.text(table)));
    return notes.build();
  }

  private static String listed(List<String> names) {
    int shown = names.size() <= MOST_NAMES ? names.size() : MOST_NAMES - 1;
    String first = String.join(", ", names.subList(0, shown));
    return shown == names.size() ? first : first + " and " + (names.size() - shown) + " others";
  }

  /** What is learned one after the other. */
  List<Part> parts() {
    List<Part> parts = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      ImmutableList<Column> own =
          columns.stream()
              .filter(column -> column.missing() == 0 && column.kind() == kind)
              .collect(ImmutableList.toImmutableList());
      if (kind == Kind.CONTINUOUS && !own.isEmpty()) {
        parts.add(new Part(own));
      } else {
        own.forEach(column -> parts.add(new Part(ImmutableList.of(column))));
      }
    }
    columns.stream()
        .filter(column -> column.missing() > 0)
        .sorted(Comparator.comparingInt(Column::missing))
        .forEach(column -> parts.add(new Part(ImmutableList.of(column))));
    return parts;
  }
}
