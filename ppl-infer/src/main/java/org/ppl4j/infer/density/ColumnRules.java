package org.ppl4j.infer.density;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Finds the columns of a table that follow from others: those of one number alone, those that are
 * another once more, with its missing cells, and weighted sums of others up to rounding. A sum is
 * of columns before it, so that the last of those that hang together is the one that follows.
 */
final class ColumnRules {

  /** A factor this near to a whole number is that. */
  private static final double WHOLE = 1e-6;

  private final Table table;
  private final List<ColumnRule> rules = new ArrayList<>();
  private final boolean[] hasRule;

  private ColumnRules(Table table) {
    this.table = table;
    this.hasRule = new boolean[table.columns()];
  }

  /**
   * Those of a table. A category is no part of a sum, and the same as another only where its levels
   * are.
   */
  static ImmutableList<ColumnRule> of(Table table) {
    ColumnRules found = new ColumnRules(table);
    found.constants();
    found.copies();
    found.sums(
        IntStream.range(0, table.columns())
            .filter(
                j ->
                    table.type(j) != ColumnType.CATEGORY
                        && !found.hasRule[j]
                        && found.isComplete(j))
            .toArray());
    return ImmutableList.copyOf(found.rules);
  }

  private boolean isComplete(int column) {
    return Arrays.stream(table.numbers(column)).noneMatch(Double::isNaN);
  }

  private void add(ColumnRule rule) {
    rules.add(rule);
    hasRule[rule.column()] = true;
  }

  private void constants() {
    for (int j = 0; j < table.columns(); j++) {
      double[] there = Arrays.stream(table.numbers(j)).filter(x -> !Double.isNaN(x)).toArray();
      if (there.length > 0 && Arrays.stream(there).allMatch(x -> x == there[0])) {
        add(new ColumnRule(j, there[0], new int[0], new double[0], 0));
      }
    }
  }

  private void copies() {
    for (int j = 0; j < table.columns(); j++) {
      for (int k = 0; k < j && !hasRule[j]; k++) {
        if (!hasRule[k] && isSame(j, k)) {
          add(new ColumnRule(j, 0, new int[] {k}, new double[] {1}, 0));
        }
      }
    }
  }

  private boolean isSame(int one, int other) {
    if (!table.levels(one).equals(table.levels(other))) {
      return false;
    }
    for (int i = 0; i < table.rows(); i++) {
      double a = table.number(i, one);
      double b = table.number(i, other);
      if (a != b && !(Double.isNaN(a) && Double.isNaN(b))) {
        return false;
      }
    }
    return true;
  }

  private void sums(int[] columns) {
    if (columns.length == 0) {
      return;
    }
    Table some = table.places(columns);
    double[][] numbers = new double[columns.length][];
    Arrays.setAll(numbers, some::numbers);
    double[] scales = new double[columns.length];
    Arrays.setAll(scales, j -> Standardisation.deviation(numbers[j]));
    Table standard = new Standardisation(means(numbers), scales).apply(some);
    for (Map.Entry<Integer, double[]> found : LinearDependence.found(standard).entrySet()) {
      int j = found.getKey();
      double[] factors = found.getValue();
      int[] used = IntStream.range(0, j).filter(k -> Math.abs(factors[k]) > WHOLE).toArray();
      double[] own =
          Arrays.stream(used).mapToDouble(k -> factors[k] * scales[j] / scales[k]).toArray();
      add(rule(columns[j], Arrays.stream(used).map(k -> columns[k]).toArray(), own));
    }
  }

  private static double[] means(double[][] numbers) {
    return Arrays.stream(numbers)
        .mapToDouble(column -> Arrays.stream(column).average().orElseThrow())
        .toArray();
  }

  /** With whole numbers for factors and constant where these do as well. */
  private ColumnRule rule(int column, int[] others, double[] factors) {
    double[] whole =
        Arrays.stream(factors)
            .map(x -> Math.abs(x - Math.rint(x)) < WHOLE ? Math.rint(x) : x)
            .toArray();
    ColumnRule plain = fitted(column, others, factors);
    ColumnRule simple = fitted(column, others, whole);
    return simple.rounding() <= 2 * plain.rounding() ? simple : plain;
  }

  /** With the constant and the rounding that the rows have. */
  private ColumnRule fitted(int column, int[] others, double[] factors) {
    ColumnRule without = new ColumnRule(column, 0, others, factors, 0);
    double[] rows = table.values();
    double[] rests = new double[table.rows()];
    Arrays.setAll(rests, i -> table.number(i, column) - without.of(rows, i * table.columns()));
    double min = Arrays.stream(rests).min().orElseThrow();
    double max = Arrays.stream(rests).max().orElseThrow();
    double middle = (min + max) / 2;
    double most = Arrays.stream(table.numbers(column)).map(Math::abs).max().orElseThrow();
    double rounding = max - min + 16 * Math.ulp(most);
    double constant = Math.abs(middle - Math.rint(middle)) <= rounding ? Math.rint(middle) : middle;
    return new ColumnRule(column, constant + 0.0, others, factors, 2 * rounding);
  }
}
