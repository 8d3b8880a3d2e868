package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Erfc;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What linear regressions with normal errors say of each number of a table, each fitted to all
 * other rows: what any density should be better than. In closed form, by the share h of itself that
 * a number has in its fitted mean: left out, its error e is e / (1 − h), and the variance of that
 * is s² / (1 − h), where s² is the variance of the errors without it.
 *
 * @param errors of each number
 * @param deviations of each number's law
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LeftOutRegression(double[] errors, double[] deviations) {

  private static final double ROOT_HALF = Math.sqrt(0.5);
  private static final double LOG_ROOT_TWO_PI = 0.5 * Math.log(2 * Math.PI);
  private static final double ROOT_PI = Math.sqrt(Math.PI);

  /** What columns are held apart by where they depend on each other, beside 1. */
  private static final double RIDGE = 1e-10;

  /** No share is more, and no variance a smaller share of all. */
  private static final double ROUNDING = 1e-12;

  /** How many more rows than columns it needs. */
  private static final int MORE = 3;

  /**
   * Of numbers given the columns of a table; null if there are too few rows.
   *
   * @param given of as many rows; null for a constant alone
   */
  static @Nullable LeftOutRegression of(double[] numbers, @Nullable Table given) {
    int rows = numbers.length;
    int size = 1 + (given == null ? 0 : given.columns());
    if (rows < size + MORE) {
      return null;
    }
    double[] x = new double[rows * size];
    Arrays.fill(x, 1);
    for (int j = 1; given != null && j < size; j++) {
      double[] column = scaled(given.numbers(j - 1));
      for (int i = 0; i < rows; i++) {
        x[i * size + j] = column[i];
      }
    }
    double middle = Arrays.stream(numbers).average().orElseThrow();
    double[] y = Arrays.stream(numbers).map(number -> number - middle).toArray();
    double[] shares;
    double[] fitted;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray[] both =
          run.withoutGradients(
              () -> fit(run.create(x, new Shape(rows, size)), run.create(y, new Shape(rows, 1))));
      shares = Tensors.values(both[0]);
      fitted = Tensors.values(both[1]);
    }
    double[] errors = new double[rows];
    Arrays.setAll(errors, i -> y[i] - fitted[i]);
    return of(errors, shares, rows - size, moment(y));
  }

  /** The shares (N) and what is fitted (N). */
  private static NDArray[] fit(NDArray x, NDArray y) {
    NDArray gram = x.transpose().matMul(x).div((double) x.getShape().get(0));
    long size = gram.getShape().get(0);
    NDArray ridge = Tensors.run(x).eye(size).mul(RIDGE);
    NDArray factor = Linalg.cholesky(gram.add(ridge));
    NDArray own = Linalg.solveTriangular(factor, x.transpose(), false);
    NDArray rows = Tensors.run(x).scalar((double) x.getShape().get(0));
    NDArray fitted = own.transpose().matMul(own.matMul(y)).div(rows).squeeze(1);
    return new NDArray[] {own.square().sum(new int[] {0}).div(rows), fitted};
  }

  private static LeftOutRegression of(double[] errors, double[] shares, int free, double all) {
    double sum = moment(errors) * errors.length;
    double[] out = new double[errors.length];
    double[] deviations = new double[errors.length];
    for (int i = 0; i < out.length; i++) {
      double rest = Math.max(1 - shares[i], ROUNDING);
      out[i] = errors[i] / rest;
      double variance = Math.max((sum - errors[i] * out[i]) / (free - 1), ROUNDING * all);
      deviations[i] = Math.sqrt(Math.max(variance, Double.MIN_NORMAL) / rest);
    }
    return new LeftOutRegression(out, deviations);
  }

  private static double moment(double[] numbers) {
    return Arrays.stream(numbers).map(x -> x * x).average().orElseThrow();
  }

  private static double[] scaled(double[] numbers) {
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double deviation = Standardisation.deviation(numbers);
    return Arrays.stream(numbers)
        .map(number -> deviation > 0 ? (number - mean) / deviation : 0)
        .toArray();
  }

  /** The log-density of a number. */
  double logProb(int row) {
    double z = errors[row] / deviations[row];
    return -0.5 * z * z - LOG_ROOT_TWO_PI - Math.log(deviations[row]);
  }

  /** The probability of less than a number. */
  double place(int row) {
    return Erfc.of(-errors[row] / deviations[row] * ROOT_HALF) / 2;
  }

  /** The continuous ranked probability score of a number: Gneiting, Raftery 2007, (21). */
  double crps(int row) {
    double z = errors[row] / deviations[row];
    double density = Math.exp(-0.5 * z * z - LOG_ROOT_TWO_PI);
    return deviations[row] * (z * (2 * place(row) - 1) + 2 * density - 1 / ROOT_PI);
  }
}
