package org.ppl4j.infer.density;

import java.util.Arrays;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.file.TensorFile;

/**
 * Each number of a row given the context and the numbers before it: normal, with a mean that is a
 * sum of functions of each of these, which are straight but for some bends. Source: Hastie and
 * Tibshirani, "Generalized additive models" (1986).
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
final class AdditiveRegressions extends Regressions {

  private static final Family FAMILY = Family.of(AdditiveRegressions.class, 1);

  static final String KIND = "additive";

  private final Bends bends;
  private final double[][] coefficients;
  private final double[] deviations;

  /**
   * Of these.
   *
   * @param bends of the functions of all numbers but the last
   * @param coefficients of each number of a row, as many as {@link Bends#width} says
   * @param deviations of each
   */
  AdditiveRegressions(int contextDim, Bends bends, double[][] coefficients, double[] deviations) {
    super(contextDim, Order.FIRST_TO_LAST);
    this.bends = bends;
    this.coefficients = coefficients;
    this.deviations = deviations;
  }

  /**
   * Functions of each number: itself, and by how much it is more than each of some bends.
   *
   * @param places of each number, ascending
   */
  record Bends(double[][] places) {

    private static final int COUNT = 8;

    /** At quantiles of each column but the last. */
    static Bends of(double[][] columns) {
      double[][] places = new double[columns.length - 1][COUNT];
      for (int j = 0; j < places.length; j++) {
        double[] sorted = columns[j].clone();
        Arrays.sort(sorted);
        for (int k = 0; k < COUNT; k++) {
          places[j][k] = sorted[(2 * k + 1) * sorted.length / (2 * COUNT)];
        }
      }
      return new Bends(places);
    }

    /** How many functions there are of so many numbers, with 1. */
    static int width(int numbers) {
      return 1 + numbers * (1 + COUNT);
    }

    /** Whether a function is straight. */
    static boolean isStraight(int function) {
      return function > 0 && (function - 1) % (1 + COUNT) == 0;
    }

    /** All functions by columns, of rows by columns. */
    double[][] of(double[][] columns, int rows) {
      double[][] all = new double[width(places.length)][rows];
      Arrays.fill(all[0], 1);
      for (int j = 0; j < places.length; j++) {
        for (int k = 0; k <= COUNT; k++) {
          double[] into = all[width(j) + k];
          for (int i = 0; i < rows; i++) {
            into[i] = one(columns[j][i], j, k);
          }
        }
      }
      return all;
    }

    private double one(double number, int j, int k) {
      return k == 0 ? number : Math.max(0, number - places[j][k - 1]);
    }

    /** The sum over functions of the first numbers of a row, as many as there are coefficients. */
    double sum(double[] row, double[] coefficients) {
      double sum = coefficients[0];
      for (int at = 1, j = 0; at < coefficients.length; j++) {
        for (int k = 0; k <= COUNT; k++) {
          sum += coefficients[at++] * one(row[j], j, k);
        }
      }
      return sum;
    }
  }

  @Override
  public int dim() {
    return coefficients.length;
  }

  @Override
  double mean(double[] row, int number) {
    return bends.sum(row, coefficients[number]);
  }

  @Override
  double deviation(double[] row, int number) {
    return deviations[number];
  }

  // --- files

  @Override
  public void write(TensorFile.Builder file) {
    file.put(DensityFile.KIND, KIND);
    FAMILY.write(file);
    double[] places = Arrays.stream(bends.places()).flatMapToDouble(Arrays::stream).toArray();
    double[] all = Arrays.stream(coefficients).flatMapToDouble(Arrays::stream).toArray();
    DensityFile.put(file, "additive.bends", places);
    DensityFile.put(file, "additive.coefficients", all);
    DensityFile.put(file, "additive.deviations", deviations);
  }

  /**
   * Those in a file, as {@link NormalMixture#read}.
   *
   * @throws IllegalArgumentException if there are none of such
   */
  static AdditiveRegressions read(TensorFile file, int contextDim, int dim) {
    FAMILY.check(file);
    double[][] places = new double[contextDim + dim - 1][Bends.COUNT];
    double[] all = Standardisation.vector(file, "additive.bends", places.length * Bends.COUNT);
    for (int j = 0; j < places.length; j++) {
      System.arraycopy(all, j * Bends.COUNT, places[j], 0, Bends.COUNT);
    }
    double[][] coefficients = new double[dim][];
    int sum = 0;
    for (int j = 0; j < dim; j++) {
      coefficients[j] = new double[Bends.width(contextDim + j)];
      sum += coefficients[j].length;
    }
    double[] values = Standardisation.vector(file, "additive.coefficients", sum);
    for (int j = 0, from = 0; j < dim; from += coefficients[j++].length) {
      System.arraycopy(values, from, coefficients[j], 0, coefficients[j].length);
    }
    return new AdditiveRegressions(
        contextDim,
        new Bends(places),
        coefficients,
        Standardisation.vector(file, "additive.deviations", dim));
  }

  @Override
  public String toString() {
    return dim() == 1 ? "additive regression" : "additive regressions";
  }
}
