package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import org.jspecify.annotations.Nullable;

/** Rows of plain numbers as tables, and back. */
final class PlainRows {

  private PlainRows() {}

  /**
   * One row.
   *
   * @param name what it is, for errors
   * @param columns how many numbers it must have
   */
  static Table one(String name, int columns, double... row) {
    checkArgument(
        row.length == columns,
        "%s has %s numbers, but this scorer was made for %s; pass as many",
        name,
        row.length,
        columns);
    return new Table(name, columns, row);
  }

  /** A probability for one row. */
  static Table probability(double probability) {
    return new Table("probability", 1, new double[] {probability});
  }

  /**
   * Draws of what a scorer is of, an array each.
   *
   * @param context one row; null if there are none
   * @throws IllegalArgumentException if the count is less than 1
   */
  static double[][] draws(Fitted fitted, @Nullable Table context, int count, long seed) {
    checkArgument(count >= 1, "scorer is asked for %s draws, but needs at least 1", count);
    Table contexts = context == null ? null : context.repeated(count);
    return rows(fitted.rows().draws(count, contexts, seed));
  }

  private static double[][] rows(Table table) {
    double[][] rows = new double[table.rows()][table.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = table.number(i, j);
      }
    }
    return rows;
  }
}
