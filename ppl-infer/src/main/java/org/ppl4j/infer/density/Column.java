package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableMap;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a column beside the numbers of its cells.
 *
 * @param levels of a category
 * @param texts of the cells that are not of the type, by row; their numbers are NaN
 */
record Column(ColumnType type, Levels levels, ImmutableMap<Integer, String> texts) {

  /** Of numbers alone. */
  static final Column NUMBERS = new Column(ColumnType.NUMBER, Levels.NONE, ImmutableMap.of());

  /** Of these rows, in this order. */
  Column at(int[] rows) {
    if (texts.isEmpty()) {
      return this;
    }
    ImmutableMap.Builder<Integer, String> some = ImmutableMap.builder();
    for (int i = 0; i < rows.length; i++) {
      String text = texts.get(rows[i]);
      if (text != null) {
        some.put(i, text);
      }
    }
    return new Column(type, levels, some.buildOrThrow());
  }

  /** What a cell says; null if nothing. */
  @Nullable String text(int row, double number) {
    String text = texts.get(row);
    if (text != null || Double.isNaN(number)) {
      return text;
    }
    return switch (type) {
      case NUMBER, COUNT -> Levels.text(number);
      case CATEGORY -> levels.names().get(levels.index(number));
      case DATE -> CellText.date(number);
    };
  }

  /** The text of a cell that holds no number; null if it holds one, or nothing. */
  @Nullable String noNumber(int row, double number) {
    return levels.areTexts() ? text(row, number) : texts.get(row);
  }
}
