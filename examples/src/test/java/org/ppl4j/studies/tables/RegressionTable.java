package org.ppl4j.studies.tables;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.ppl4j.examples.density.RedWine;
import org.ppl4j.examples.hierarchical.Radon;
import org.ppl4j.examples.launcher.Resources;

/**
 * Numbers with what they are to be told from.
 *
 * <p>Friedman's three: Friedman, "Multivariate adaptive regression splines" (1991); Breiman,
 * "Bagging predictors" (1996), here with noise whose deviation follows a column.
 *
 * @param name of the table
 * @param x row by row
 * @param y one each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record RegressionTable(String name, double[][] x, double[] y) {

  private static final String[] WINE = {
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
    "alcohol"
  };

  private interface Rule {
    double of(double[] x);
  }

  private static RegressionTable made(
      String name, int rows, long seed, double[] from, double[] to, Rule mean, Rule deviation) {
    Random random = new Random(seed);
    double[][] x = new double[rows][from.length];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      for (int j = 0; j < from.length; j++) {
        x[i][j] = from[j] + (to[j] - from[j]) * random.nextDouble();
      }
      y[i] = mean.of(x[i]) + deviation.of(x[i]) * random.nextGaussian();
    }
    return new RegressionTable(name, x, y);
  }

  /** Ten columns, of which five say nothing. */
  static RegressionTable friedman1(int rows, long seed) {
    double[] ones = new double[10];
    Arrays.fill(ones, 1);
    return made(
        "Friedman 1",
        rows,
        seed,
        new double[10],
        ones,
        x ->
            10 * Math.sin(Math.PI * x[0] * x[1])
                + 20 * Math.pow(x[2] - 0.5, 2)
                + 10 * x[3]
                + 5 * x[4],
        x -> 0.5 + 1.5 * x[0]);
  }

  private static final double[] FROM = {0, 40 * Math.PI, 0, 1};
  private static final double[] TO = {100, 560 * Math.PI, 1, 11};

  private static double second(double[] x) {
    return x[1] * x[2] - 1 / (x[1] * x[3]);
  }

  static RegressionTable friedman2(int rows, long seed) {
    return made(
        "Friedman 2", rows, seed, FROM, TO, x -> Math.hypot(x[0], second(x)), x -> 25 + 200 * x[2]);
  }

  static RegressionTable friedman3(int rows, long seed) {
    return made(
        "Friedman 3",
        rows,
        seed,
        FROM,
        TO,
        x -> Math.atan(second(x) / x[0]),
        x -> 0.02 + 0.002 * x[0]);
  }

  /** A column of the red wines, told from the others. */
  static RegressionTable wine(String column) {
    double[] all = Resources.csv(RedWine.class, "red-wine/red_wine.csv", WINE);
    int target = Arrays.asList(WINE).indexOf(column);
    int rows = all.length / WINE.length;
    double[][] x = new double[rows][];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      int row = i * WINE.length;
      x[i] =
          IntStream.range(0, WINE.length)
              .filter(j -> j != target)
              .mapToDouble(j -> all[row + j])
              .toArray();
      y[i] = all[row + target];
    }
    return new RegressionTable("wine, " + column, x, y);
  }

  /** The logarithm of radon in a house, told from its floor and the uranium of its county. */
  static RegressionTable radon() {
    JsonObject data = Resources.json(Radon.class, "radon/data.json");
    double[] floor = Resources.numbers(data, "floor_measure");
    double[] uranium = Resources.numbers(data, "log_uppm");
    double[][] x = new double[floor.length][];
    Arrays.setAll(x, i -> new double[] {floor[i], uranium[i]});
    return new RegressionTable("radon", x, Resources.numbers(data, "log_radon"));
  }

  int rows() {
    return y.length;
  }

  /** Some rows, in this order. */
  RegressionTable rows(int[] chosen) {
    return new RegressionTable(
        name,
        Arrays.stream(chosen).mapToObj(i -> x[i]).toArray(double[][]::new),
        Arrays.stream(chosen).mapToDouble(i -> y[i]).toArray());
  }

  NDArray targets(NDManager manager) {
    return manager.create(y);
  }

  NDArray contexts(NDManager manager) {
    double[] all = Arrays.stream(x).flatMapToDouble(Arrays::stream).toArray();
    return manager.create(all, new Shape(x.length, x[0].length));
  }
}
