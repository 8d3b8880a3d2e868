package org.ppl4j.spark;

import java.io.Serializable;

/**
 * Some rows of a data set.
 *
 * @param number its place among all blocks
 * @param rows how many
 * @param all the numbers of the rows, column by column
 */
record RowBlock(long number, int rows, Numbers all) implements Serializable {

  /** Of numbers row by row, so many in each. Rows with −0 are as those with 0. */
  static RowBlock of(long number, int width, double[] byRow) {
    int rows = byRow.length / width;
    double[] numbers = new double[byRow.length];
    for (int i = 0; i < byRow.length; i++) {
      numbers[i % width * rows + i / width] = byRow[i] + 0.0;
    }
    return new RowBlock(number, rows, new Numbers(numbers));
  }

  /** Those of the rows, column by column; not a copy. */
  double[] numbers() {
    return all.values();
  }
}
