package org.ppl4j.infer.density;

import java.util.Arrays;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A column that follows from others: c + Σ aₖ yₖ, up to rounding. Without others it is constant,
 * and with one whose factor is 1 it is the same again.
 *
 * @param column which, from 0
 * @param constant c
 * @param others the columns k, from 0; none of them has a rule
 * @param factors aₖ, one for each
 * @param rounding by how much it may differ
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record ColumnRule(int column, double constant, int[] others, double[] factors, double rounding) {

  private static final Family FAMILY = Family.of(ColumnRule.class, 1);

  /** What the rule makes of a row. */
  double of(double[] values, int from) {
    double sum = constant;
    for (int k = 0; k < others.length; k++) {
      sum += factors[k] * values[from + others[k]];
    }
    return sum;
  }

  /** Whether a row keeps it; so does one of which a number is missing. */
  boolean isKept(Table rows, int row) {
    double sum = constant;
    for (int k = 0; k < others.length; k++) {
      sum += factors[k] * rows.number(row, others[k]);
    }
    return !(Math.abs(rows.number(row, column) - sum) > rounding);
  }

  /** What a reader is told. */
  String text(Table table) {
    if (others.length == 0) {
      return "always " + table.cell(column, constant);
    }
    StringBuilder sum = new StringBuilder();
    for (int k = 0; k < others.length; k++) {
      double factor = Math.abs(factors[k]);
      sum.append(factors[k] < 0 ? " - " : k == 0 ? "" : " + ")
          .append(factor == 1 ? "" : Levels.text(factor) + " ")
          .append(table.bare(others[k]));
    }
    if (constant != 0) {
      sum.append(constant < 0 ? " - " : " + ").append(Levels.text(Math.abs(constant)));
    }
    return "follows from others, " + sum.toString().strip();
  }

  // --- files

  void write(TensorFile.Builder file, String name) {
    FAMILY.write(file);
    int size = others.length;
    double[] all = new double[3 + 2 * size];
    all[0] = column;
    all[1] = constant;
    all[2] = rounding;
    for (int k = 0; k < size; k++) {
      all[3 + k] = others[k];
      all[3 + size + k] = factors[k];
    }
    DensityFile.put(file, name, all);
  }

  /** The one in a file. */
  static ColumnRule read(TensorFile file, String name) {
    FAMILY.check(file);
    double[] all = DensityFile.numbers(file, name, 3);
    int size = (all.length - 3) / 2;
    int[] others = new int[size];
    Arrays.setAll(others, k -> (int) all[3 + k]);
    return new ColumnRule(
        (int) all[0], all[1], others, Arrays.copyOfRange(all, 3 + size, 3 + 2 * size), all[2]);
  }
}
