package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

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

  /** An array a row. */
  static double[][] rows(Table table) {
    double[][] rows = new double[table.rows()][table.columns()];
    for (int i = 0; i < rows.length; i++) {
      for (int j = 0; j < rows[i].length; j++) {
        rows[i][j] = table.number(i, j);
      }
    }
    return rows;
  }
}
