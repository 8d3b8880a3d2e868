package org.ppl4j.infer.density;

import java.util.Collection;
import java.util.stream.IntStream;
import org.ppl4j.internal.math.Nearest;

/** Says what is wrong with a cell: its file, column and row, what is there, and what to do. */
final class CellCheck {

  private static final String LEAVE_OUT = "leave the row out, or fill it in";

  private static final String LEAVE_SUCH_OUT = "leave such rows out by complete(), or fill it in";

  private CellCheck() {}

  /**
   * Checks a cell.
   *
   * @throws IllegalArgumentException if it holds no finite number
   */
  static void finite(Table table, int row, int column) {
    if (table.noNumber(row, column) != null || !Double.isFinite(table.number(row, column))) {
      throw bad(table, row, column);
    }
  }

  /**
   * Checks a cell.
   *
   * @throws IllegalArgumentException if it is missing or a text
   */
  static void number(Table table, int row, int column) {
    if (table.noNumber(row, column) != null || Double.isNaN(table.number(row, column))) {
      throw bad(table, row, column);
    }
  }

  /**
   * Checks a cell.
   *
   * @throws IllegalArgumentException if it is missing
   */
  static void given(Table table, int row, int column) {
    if (table.isMissing(row, column)) {
      throw bad(table, row, column);
    }
  }

  /**
   * Checks the cells of a column that is told its type.
   *
   * @throws IllegalArgumentException if one is not of it
   */
  static void type(Table table, int column) {
    for (int i = 0; i < table.rows(); i++) {
      if (Double.isNaN(table.number(i, column)) && !table.isMissing(i, column)) {
        throw bad(table, i, column);
      }
    }
  }

  /** The error of a cell whose level is none of those that are known. */
  static IllegalArgumentException unknown(
      Table table, int row, int column, Collection<String> known) {
    return new IllegalArgumentException(
        "%s has '%s' in column %s%s, which is none of its levels, %s; write one of these"
                .formatted(
                    table.name(),
                    table.text(row, column),
                    table.bare(column),
                    inRow(table, row),
                    Nearest.to(String.valueOf(table.text(row, column)), known))
            + (isOneRow(table) ? "" : ", or leave the row out"));
  }

  private static IllegalArgumentException bad(Table table, int row, int column) {
    return new IllegalArgumentException(
        "%s has %s in column %s%s; %s"
            .formatted(
                table.name(),
                found(table, row, column),
                table.bare(column),
                inRow(table, row),
                advice(table, row, column)));
  }

  private static String inRow(Table table, int row) {
    return isOneRow(table) ? "" : " of row %s (from 1)".formatted(table.fileRow(row) + 1);
  }

  /** Whether it is no more than {@link Table#row}. */
  private static boolean isOneRow(Table table) {
    return table.name().equals(RowOfMap.NAME);
  }

  private static String found(Table table, int row, int column) {
    String text = table.noNumber(row, column);
    if (text != null) {
      return isText(text, table, column) ? "the text '" + text + "'" : text;
    }
    double number = table.number(row, column);
    return table.names().isEmpty() || !Double.isNaN(number) ? String.valueOf(number) : "no value";
  }

  /** Whether it is no number that is only no count, no date, or the name of a level. */
  private static boolean isText(String text, Table table, int column) {
    return table.type(column) == ColumnType.NUMBER || Double.isNaN(Levels.number(text));
  }

  /** What to do, by what else is in the column. */
  private static String advice(Table table, int row, int column) {
    String text = table.noNumber(row, column);
    if (text == null) {
      return table.isMissing(row, column) && !table.names().isEmpty() ? LEAVE_SUCH_OUT : LEAVE_OUT;
    }
    return switch (table.type(column)) {
      case COUNT -> "a count is a whole number from 0; mend the cell, or leave the row out";
      case DATE -> "write dates as 2024-01-31 or 2024-01-31T12:30, or leave the row out";
      case NUMBER, CATEGORY -> numberFor(text, table, column);
    };
  }

  /** What to do about a text where a number should be. */
  private static String numberFor(String text, Table table, int column) {
    if (CellText.hasThousands(text)) {
      return "if its marks part thousands, take them out"
          + (CellText.isDecimalComma(text)
              ? "; if its comma is a decimal one, read the file with"
                  + " TableFormat.standard().decimalComma()"
              : "");
    }
    if (CellText.isDecimalComma(text)) {
      return "if that is a number, read the file with TableFormat.standard().decimalComma()";
    }
    if (CellText.isDecimalPoint(text)) {
      return "if that is a number, write a comma for its point, as the file's format has it";
    }
    int texts = texts(table, column);
    boolean areMany = texts > table.rows() / 2;
    if (areMany && table.columns() == 1 && text.matches("\\S+[\\s|:]\\S.*")) {
      return "if that is several cells, pass what parts them by"
          + " TableFormat.standard().delimiter(…)";
    }
    if (table.levels(column).areTexts() || (texts > 1 && areMany)) {
      String name = table.names().get(column);
      return "%s of %s rows have a text there; take them by category(\"%s\"), write numbers for"
              .formatted(texts, table.rows(), name)
          + " them, or leave the column out by without(\"%s\")".formatted(name);
    }
    return LEAVE_OUT;
  }

  private static int texts(Table table, int column) {
    return (int)
        IntStream.range(0, table.rows())
            .mapToObj(i -> table.noNumber(i, column))
            .filter(text -> text != null && isText(text, table, column))
            .count();
  }
}
