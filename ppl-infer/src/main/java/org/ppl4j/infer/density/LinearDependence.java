package org.ppl4j.infer.density;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Finds columns that are weighted sums of others: rows of such a table have no density. */
final class LinearDependence {

  /** What is left of a column beside its deviation is rounding, of float32 at most. */
  private static final double ROUNDING = 0x1p-20;

  /** So many products are enough; of longer tables some rows are looked at. */
  private static final double MAX_PRODUCTS = 1e8;

  private LinearDependence() {}

  /**
   * Checks the columns of a table, by Gram and Schmidt's method. A table of no more rows than
   * columns is not judged: its columns are always sums of others.
   *
   * @param standard the same rows in standard units
   * @throws IllegalArgumentException if one is a weighted sum of those before it and a constant
   */
  static void check(Table table, Table standard) {
    int columns = standard.columns();
    int rows =
        (int) Math.min(standard.rows(), MAX_PRODUCTS / ((double) columns * Math.max(1, columns)));
    if (rows < columns + 2) {
      return;
    }
    List<double[]> basis = new ArrayList<>();
    basis.add(normalised(ones(rows)));
    for (int j = 0; j < columns; j++) {
      double[] rest = some(standard.numbers(j), rows);
      project(rest, basis.subList(0, 1));
      double length = length(rest);
      project(rest, basis);
      project(rest, basis); // once more, of what rounding has left
      double share = length(rest) / length;
      checkArgument(
          !(share < ROUNDING),
          "%s has numbers in %s that are a weighted sum of those in the columns before it, up to"
              + " rounding, so that its rows have no density; leave the column out, or pass a"
              + " support, such as Constraint.SIMPLEX for shares",
          table.name(),
          table.column(j));
      basis.add(normalised(rest));
    }
  }

  private static double[] ones(int count) {
    double[] ones = new double[count];
    Arrays.fill(ones, 1);
    return ones;
  }

  /** So many numbers of a column, evenly spread. */
  private static double[] some(double[] numbers, int count) {
    double[] some = new double[count];
    for (int i = 0; i < count; i++) {
      some[i] = numbers[(int) ((long) i * numbers.length / count)];
    }
    return some;
  }

  /** Takes away what lies in the directions of a basis. */
  private static void project(double[] vector, List<double[]> basis) {
    for (double[] direction : basis) {
      double product = 0;
      for (int i = 0; i < vector.length; i++) {
        product += vector[i] * direction[i];
      }
      for (int i = 0; i < vector.length; i++) {
        vector[i] -= product * direction[i];
      }
    }
  }

  private static double[] normalised(double[] vector) {
    double length = length(vector);
    double[] unit = new double[vector.length];
    for (int i = 0; i < unit.length; i++) {
      unit[i] = vector[i] / length;
    }
    return unit;
  }

  private static double length(double[] vector) {
    double square = 0;
    for (double x : vector) {
      square += x * x;
    }
    return Math.sqrt(square);
  }
}
