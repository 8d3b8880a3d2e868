package org.ppl4j.examples.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.gson.JsonElement;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.ppl4j.examples.launcher.Resources;

/** Eleven measurements of 1,599 red wines, in the ten folds of a cross validation. */
final class RedWineTable {

  private static final String FOLDER = "red-wine";

  static final int FOLDS = 10;

  static final ImmutableList<String> COLUMNS =
      ImmutableList.of(
          "fixed acidity",
          "volatile acidity",
          "citric acid",
          "residual sugar",
          "chlorides",
          "free sulfur dioxide",
          "total sulfur dioxide",
          "density",
          "pH",
          "sulphates",
          "alcohol");

  /** The steps in which each column was measured. */
  static final ImmutableDoubleArray STEPS =
      ImmutableDoubleArray.copyOf(
          new double[] {0.1, 0.01, 0.01, 0.1, 0.001, 1, 1, 0.00001, 0.01, 0.01, 0.1});

  private final double[][] rows;
  private final int[] folds;

  private RedWineTable(double[][] rows, int[] folds) {
    this.rows = rows;
    this.folds = folds;
  }

  /** The table of the resources. */
  static RedWineTable read() {
    int columns = COLUMNS.size();
    double[] values =
        Resources.csv(RedWineTable.class, FOLDER + "/red_wine.csv", COLUMNS.toArray(String[]::new));
    double[][] rows = new double[values.length / columns][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(values, i * columns, (i + 1) * columns));
    int[] folds =
        Arrays.stream(Resources.csv(RedWineTable.class, FOLDER + "/red_wine.csv", "fold"))
            .mapToInt(fold -> (int) fold)
            .toArray();
    return new RedWineTable(rows, folds);
  }

  /** The mean log-densities that were published, by the name of the model. */
  static ImmutableMap<String, Double> published() {
    ImmutableMap.Builder<String, Double> all = ImmutableMap.builder();
    for (Map.Entry<String, JsonElement> entry :
        Resources.json(RedWineTable.class, FOLDER + "/reference.json")
            .getAsJsonObject("published")
            .entrySet()) {
      all.put(entry.getKey(), entry.getValue().getAsDouble());
    }
    return all.buildOrThrow();
  }

  /** Mean log-densities of the test rows of each fold, of a simple model. */
  static double[] floor(String model) {
    return Resources.numbers(
        Resources.json(RedWineTable.class, FOLDER + "/reference.json"), model + "_floor_per_fold");
  }

  /** The same rows, those that are alike all in the fold of the first of them. */
  RedWineTable together() {
    Map<List<Double>, Integer> first = new HashMap<>();
    int[] other = new int[folds.length];
    for (int i = 0; i < other.length; i++) {
      Integer fold = first.putIfAbsent(Doubles.asList(rows[i]), folds[i]);
      other[i] = fold == null ? folds[i] : fold;
    }
    return new RedWineTable(rows, other);
  }

  /** The rows of all folds. */
  double[][] rows() {
    return rows.clone();
  }

  /** One column. */
  double[] column(String name) {
    int place = COLUMNS.indexOf(name);
    return Arrays.stream(rows).mapToDouble(row -> row[place]).toArray();
  }

  /** The rows of a fold, or those of all others. */
  double[][] rows(int fold, boolean inside) {
    return IntStream.range(0, rows.length)
        .filter(i -> folds[i] == fold == inside)
        .mapToObj(i -> rows[i])
        .toArray(double[][]::new);
  }

  /** As an array (N, 11). */
  static NDArray array(NDManager manager, double[][] rows) {
    return manager.create(Doubles.concat(rows), new Shape(rows.length, COLUMNS.size()));
  }
}
