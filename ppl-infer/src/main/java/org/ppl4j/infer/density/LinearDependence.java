package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds columns that are weighted sums of others, by Gram and Schmidt's method: rows of such a
 * table have no density.
 */
final class LinearDependence {

  /** What is left of a column beside its deviation is rounding, of float32 at most. */
  private static final double ROUNDING = 0x1p-20;

  /** So many products are enough; of longer tables some rows are looked at. */
  private static final double MAX_PRODUCTS = 1e8;

  private LinearDependence() {}

  /**
   * Checks the columns of a table. A table of no more rows than columns is not judged: its columns
   * are always sums of others.
   *
   * @param standard the same rows in standard units
   * @throws IllegalArgumentException if one is a weighted sum of those before it and a constant
   */
  static void check(Table table, Table standard) {
    for (int j : found(standard).keySet()) {
      throw new IllegalArgumentException(
          "%s has numbers in %s that are a weighted sum of those in the columns before it, up to"
                  .formatted(table.name(), table.column(j))
              + " rounding, so that its rows have no density; leave the column out, or pass a"
              + " support, such as Constraint.SIMPLEX for shares");
    }
  }

  /**
   * What columns that are weighted sums are of those before them, which are none.
   *
   * @param standard rows in standard units
   * @return the factors of all columns, by column
   */
  static ImmutableMap<Integer, double[]> found(Table standard) {
    int columns = standard.columns();
    int rows =
        (int) Math.min(standard.rows(), MAX_PRODUCTS / ((double) columns * Math.max(1, columns)));
    if (rows < columns + 2) {
      return ImmutableMap.of();
    }
    double[] one = normalised(ones(rows));
    List<double[]> basis = new ArrayList<>();
    List<double[]> products = new ArrayList<>(); // of those in the basis with it, by column
    List<Integer> kept = new ArrayList<>();
    ImmutableMap.Builder<Integer, double[]> sums = ImmutableMap.builder();
    for (int j = 0; j < columns; j++) {
      double[] rest = some(standard.numbers(j), rows);
      project(rest, List.of(one));
      double length = length(rest);
      double[] own = project(rest, basis);
      double[] again = project(rest, basis); // once more, of what rounding has left
      project(rest, List.of(one));
      Arrays.setAll(own, k -> own[k] + again[k]);
      double left = length(rest);
      if (left / length < ROUNDING) {
        sums.put(j, factors(own, products, kept, columns));
      } else {
        basis.add(normalised(rest));
        products.add(Doubles.concat(own, new double[] {left}));
        kept.add(j);
      }
    }
    return sums.buildOrThrow();
  }

  /** Solves R a = r, where R has the products of kept columns with the basis. */
  private static double[] factors(
      double[] own, List<double[]> products, List<Integer> kept, int columns) {
    double[] rest = own.clone();
    double[] factors = new double[columns];
    for (int k = kept.size() - 1; k >= 0; k--) {
      double[] column = products.get(k);
      double factor = rest[k] / column[k];
      factors[kept.get(k)] = factor;
      for (int i = 0; i <= k; i++) {
        rest[i] -= factor * column[i];
      }
    }
    return factors;
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

  /** Takes away what lies in the directions of a basis, and gives how much that was. */
  @CanIgnoreReturnValue
  private static double[] project(double[] vector, List<double[]> basis) {
    double[] products = new double[basis.size()];
    for (int k = 0; k < products.length; k++) {
      double[] direction = basis.get(k);
      for (int i = 0; i < vector.length; i++) {
        products[k] += vector[i] * direction[i];
      }
      for (int i = 0; i < vector.length; i++) {
        vector[i] -= products[k] * direction[i];
      }
    }
    return products;
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
