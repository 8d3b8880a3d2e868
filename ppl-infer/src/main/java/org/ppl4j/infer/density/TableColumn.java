package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.Gaps;

/** One column of a {@link Table} of N rows. */
public final class TableColumn {

  private static final int SHOWN_LEVELS = 6;

  /** From here on numbers are shown without decimals. */
  private static final double LARGE = 1e5;

  private final Table table;
  private final int place;

  TableColumn(Table table, int place) {
    this.table = table;
    this.place = place;
  }

  /** Its name. */
  public String name() {
    return table.names().get(place);
  }

  /** What it was taken for, or told to be. */
  public ColumnType type() {
    return table.type(place);
  }

  /** The levels of a category in their order; none of another type. */
  public ImmutableList<String> levels() {
    return table.levels(place).names();
  }

  /** How many cells are missing. */
  public int missing() {
    return (int) IntStream.range(0, table.rows()).filter(i -> table.isMissing(i, place)).count();
  }

  /**
   * The numbers of its cells (N), dates in days since 1970-01-01.
   *
   * @throws IllegalArgumentException if a cell is missing or a text
   */
  public double[] numbers() {
    for (int i = 0; i < table.rows(); i++) {
      CellCheck.number(table, i, place);
    }
    return table.numbers(place);
  }

  /**
   * {@link #numbers} with this number in the cells that are missing. A model observes them by the
   * mask {@link #seen}.
   *
   * @throws IllegalArgumentException if a cell is a text
   */
  public double[] numbersOr(double missing) {
    double[] numbers = table.numbers(place);
    for (int i = 0; i < numbers.length; i++) {
      if (table.isMissing(i, place)) {
        numbers[i] = missing;
      } else {
        CellCheck.number(table, i, place);
      }
    }
    return numbers;
  }

  /**
   * {@link #numbers} with the gaps that its missing cells are, for models that draw what they may
   * have been.
   *
   * @throws IllegalArgumentException if a cell is a text, none is missing, or all are
   */
  public Gaps gaps() {
    return Gaps.of(numbersOr(Double.NaN));
  }

  /** Which cells are not missing (N). */
  public boolean[] seen() {
    boolean[] seen = new boolean[table.rows()];
    for (int i = 0; i < seen.length; i++) {
      seen[i] = !table.isMissing(i, place);
    }
    return seen;
  }

  /**
   * {@link #numbers} as an array (N) of a manager.
   *
   * @throws IllegalArgumentException if a cell is missing or a text
   */
  public NDArray array(NDManager manager) {
    return manager.create(numbers(), new Shape(table.rows()));
  }

  /** As {@link Table#category(String)}. */
  Category category() {
    return category(table.as(name(), ColumnType.CATEGORY).column(name()).levels());
  }

  /** As {@link Table#category(String, List)}. */
  Category category(List<String> levels) {
    Map<String, Integer> places = new HashMap<>();
    for (String level : levels) {
      checkArgument(
          places.putIfAbsent(level, places.size()) == null,
          "levels of %s have '%s' twice; name each level once",
          table.bare(place),
          level);
    }
    int[] indices = new int[table.rows()];
    for (int i = 0; i < indices.length; i++) {
      CellCheck.given(table, i, place);
      Integer index = places.get(requireNonNull(table.text(i, place)));
      if (index == null) {
        throw CellCheck.unknown(table, i, place, levels);
      }
      indices[i] = index;
    }
    return new Category(name(), ImmutableList.copyOf(levels), ImmutableIntArray.copyOf(indices));
  }

  /** What a table says of it. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    parts.add(name() + ": " + type());
    double[] given =
        Arrays.stream(table.numbers(place)).filter(x -> !Double.isNaN(x)).sorted().toArray();
    Levels levels = table.levels(place);
    if (levels.size() > 0) {
      parts.add(
          "levels "
              + String.join(", ", Iterables.limit(levels.names(), SHOWN_LEVELS))
              + (levels.size() > SHOWN_LEVELS ? ", … (" + levels.size() + ")" : ""));
    } else if (given.length > 0) {
      parts.add(text(given[0]) + " to " + text(given[given.length - 1]));
    }
    int missing = missing();
    if (missing > 0) {
      parts.add(missing + " missing");
    }
    int others = table.rows() - given.length - missing;
    if (others > 0) {
      parts.add(others + (others == 1 ? " text" : " texts"));
    }
    return String.join(", ", parts);
  }

  /** What a cell says, which is nothing if it is missing. */
  String shown(int row) {
    String text = table.text(row, place);
    boolean isNumber = type() == ColumnType.NUMBER && !Double.isNaN(table.number(row, place));
    return isNumber ? text(table.number(row, place)) : text == null ? "" : text;
  }

  private String text(double number) {
    if (type() == ColumnType.DATE) {
      return CellText.date(number);
    }
    boolean isWhole = number == Math.rint(number) || Math.abs(number) >= LARGE;
    return isWhole ? Levels.text(Math.rint(number)) : CellText.shown(number);
  }
}
