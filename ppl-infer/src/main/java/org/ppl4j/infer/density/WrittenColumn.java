package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A column as it was written: each cell a number, a text or nothing. It is taken for what it says,
 * or for what one is told. Whole numbers some of which begin with a 0 that says nothing, as postal
 * codes do, are texts.
 */
final class WrittenColumn {

  /** Whole numbers are levels of a category if no more of them differ. */
  private static final int MAX_LEVELS = 5;

  /** A double has a place for each whole number up to this. */
  private static final double MAX_WHOLE = 0x1p53;

  private final double[] numbers;
  private final @Nullable String[] texts;
  private final int size;

  private WrittenColumn(double[] numbers, @Nullable String[] texts) {
    this.numbers = numbers;
    this.texts = texts;
    this.size = numbers.length;
  }

  /** A column that was taken for something, told to be something else. */
  static Typed as(Column column, double[] cells, ColumnType type) {
    boolean isDays = column.type() == ColumnType.DATE && type == ColumnType.NUMBER;
    return isDays
        ? new Typed(new Column(type, Levels.NONE, column.texts()), cells)
        : of(column, cells).as(type);
  }

  private static WrittenColumn of(Column column, double[] cells) {
    double[] numbers = new double[cells.length];
    @Nullable String[] texts = new @Nullable String[cells.length];
    boolean isWritten = column.type() == ColumnType.DATE || column.levels().areTexts();
    for (int i = 0; i < cells.length; i++) {
      String text = isWritten ? column.text(i, cells[i]) : column.texts().get(i);
      numbers[i] = text == null ? cells[i] : isWritten ? Levels.number(text) : Double.NaN;
      texts[i] = Double.isNaN(numbers[i]) ? text : null;
    }
    return new WrittenColumn(numbers, texts);
  }

  /** A column in the making. */
  static final class Builder {

    private final TableFormat format;
    private final ImmutableDoubleArray.Builder numbers = ImmutableDoubleArray.builder();
    private final List<@Nullable String> texts = new ArrayList<>();
    private final Map<String, String> known = new HashMap<>();
    private int size;
    private int codes;
    private boolean isOfDigits = true; // but for texts

    /** Of a file in a format. */
    Builder(TableFormat format) {
      this.format = format;
    }

    void add(String cell) {
      boolean isCode = CellText.isCode(cell);
      codes += isCode ? 1 : 0;
      String text = known.get(cell);
      double number = text == null && !isCode ? CellText.number(cell, format) : Double.NaN;
      if (Double.isNaN(number) && !CellText.isMissing(cell)) {
        text = known.computeIfAbsent(cell, Function.identity());
        while (texts.size() < size) {
          texts.add(null);
        }
        texts.add(text);
      }
      isOfDigits &= Double.isNaN(number) || (isWhole(number) && number >= 0);
      numbers.add(number);
      size++;
    }

    WrittenColumn build() {
      double[] cells = numbers.build().toArray();
      @Nullable String[] rest = texts.toArray(new @Nullable String[size]);
      for (int i = 0; codes > 0 && !isOfDigits && i < size; i++) {
        String text = rest[i];
        if (text != null && CellText.isCode(text)) {
          cells[i] = Double.parseDouble(text);
          rest[i] = null;
        }
      }
      return new WrittenColumn(cells, rest);
    }
  }

  /**
   * A column that was taken for something.
   *
   * @param numbers of its cells
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Typed(Column column, double[] numbers) {}

  /**
   * What it says. Codes are a category. Numbers with some texts among them are numbers all the
   * same, and dates dates: a few cells that cannot be read make no category of a column.
   */
  Typed typed() {
    if (count(CellText::isCode) > 0) {
      return as(ColumnType.CATEGORY);
    }
    int given =
        count(text -> true) + (int) Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).count();
    int dates = count(text -> !Double.isNaN(CellText.days(text)));
    int others = count(text -> !CellText.isOtherNumber(text));
    if (2 * others <= given) {
      return as(others == 0 && isOfNumbers() ? typeOfNumbers() : ColumnType.NUMBER);
    }
    return as(2 * dates >= given ? ColumnType.DATE : ColumnType.CATEGORY);
  }

  private int count(Predicate<String> is) {
    return (int) Arrays.stream(texts).filter(Objects::nonNull).filter(is).count();
  }

  private boolean isOfNumbers() {
    return Arrays.stream(texts).allMatch(Objects::isNull);
  }

  private ColumnType typeOfNumbers() {
    double[] given = Arrays.stream(numbers).filter(x -> !Double.isNaN(x)).toArray();
    if (given.length == 0 || !Arrays.stream(given).allMatch(WrittenColumn::isWhole)) {
      return ColumnType.NUMBER;
    }
    long different = Arrays.stream(given).sorted().distinct().limit(MAX_LEVELS + 1).count();
    if (different <= MAX_LEVELS && 2 * different <= given.length) {
      return ColumnType.CATEGORY;
    }
    return Arrays.stream(given).allMatch(x -> x >= 0) ? ColumnType.COUNT : ColumnType.NUMBER;
  }

  private static boolean isWhole(double number) {
    return number == Math.rint(number) && Math.abs(number) <= MAX_WHOLE;
  }

  /** As a type; what is not of it stays as a text. */
  Typed as(ColumnType type) {
    Levels levels = type == ColumnType.CATEGORY ? levels() : Levels.NONE;
    double[] cells = new double[size];
    ImmutableMap.Builder<Integer, String> rest = ImmutableMap.builder();
    for (int i = 0; i < size; i++) {
      cells[i] = number(i, type, levels);
      String text = Double.isNaN(cells[i]) ? text(i) : null;
      if (text != null) {
        rest.put(i, text);
      }
    }
    return new Typed(new Column(type, levels, rest.buildOrThrow()), cells);
  }

  private Levels levels() {
    return isOfNumbers()
        ? Levels.ofNumbers(numbers)
        : Levels.ofTexts(
            IntStream.range(0, size).mapToObj(this::text).filter(Objects::nonNull).toList());
  }

  private double number(int row, ColumnType type, Levels levels) {
    String text = texts[row];
    boolean isCode = text != null && CellText.isCode(text);
    double number = isCode ? Double.parseDouble(text) : numbers[row];
    return switch (type) {
      case NUMBER -> number;
      case COUNT -> isWhole(number) && number >= 0 ? number : Double.NaN;
      case CATEGORY -> levels.areTexts() ? place(text(row), levels) : number;
      case DATE -> text == null ? Double.NaN : CellText.days(text);
    };
  }

  private static double place(@Nullable String text, Levels levels) {
    return text == null ? Double.NaN : levels.index(text);
  }

  private @Nullable String text(int row) {
    return Double.isNaN(numbers[row]) ? texts[row] : Levels.text(numbers[row]);
  }
}
