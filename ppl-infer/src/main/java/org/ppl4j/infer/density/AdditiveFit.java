package org.ppl4j.infer.density;

import java.util.Arrays;
import org.ppl4j.infer.density.AdditiveRegressions.Bends;
import org.ppl4j.internal.math.Cholesky;

/**
 * Fits {@link AdditiveRegressions} by least squares, with a ridge that makes errors least of rows
 * that are left out, one at a time: of each number its own. All have their functions in common, of
 * which each sees the first, so that one factor is that of all.
 *
 * <p>With the functions Φ (F, N), L Lᵀ = Φ Φᵀ + ridge, and W = L⁻¹ Φ, what is fitted to y by the
 * first f functions is W_fᵀ W_f y; the share h of y_i in its own is that of the squares of column i
 * of W_f, and its error without it e_i / (1 − h_i).
 */
final class AdditiveFit {

  private static final double[] RIDGES = {0.03, 0.3, 3, 30};

  /** Of the straight function of a number, as a share of that of its bends. */
  private static final double STRAIGHT = 1e-3;

  private static final double FREE = 1e-9;
  private static final double LEAST_REST = 1e-9;
  private static final double LEAST_VARIANCE = 1e-12;

  private final int contextDim;
  private final double[][] columns;
  private final int rows;
  private final int dim;
  private final double[][] coefficients;
  private final double[] variances;

  private AdditiveFit(int contextDim, double[][] columns) {
    this.contextDim = contextDim;
    this.columns = columns;
    this.rows = columns[0].length;
    this.dim = columns.length - contextDim;
    this.coefficients = new double[dim][];
    this.variances = new double[dim];
    Arrays.fill(variances, Double.POSITIVE_INFINITY);
  }

  /**
   * Those of rows.
   *
   * @param contextDim how many numbers are a context, the first ones
   * @param columns the rows by columns
   */
  static AdditiveRegressions of(int contextDim, double[][] columns) {
    return new AdditiveFit(contextDim, columns).best();
  }

  private AdditiveRegressions best() {
    Bends bends = Bends.of(columns);
    double[][] functions = bends.of(columns, rows);
    double[] gram = gram(functions);
    for (double ridge : RIDGES) {
      double[] precision = gram.clone();
      int size = functions.length;
      for (int f = 0; f < size; f++) {
        precision[f * size + f] += f == 0 ? FREE : Bends.isStraight(f) ? STRAIGHT * ridge : ridge;
      }
      double[] factor = Cholesky.factor(precision, size);
      if (factor != null) {
        tried(factor, new JointNormal(new double[size], factor).whitened(size, functions, rows));
      }
    }
    double[] deviations =
        Arrays.stream(variances).map(v -> Math.sqrt(Math.max(v, LEAST_VARIANCE))).toArray();
    return new AdditiveRegressions(contextDim, bends, coefficients, deviations);
  }

  private double[] gram(double[][] functions) {
    int size = functions.length;
    double[] gram = new double[size * size];
    for (int f = 0; f < size; f++) {
      for (int g = 0; g <= f; g++) {
        double sum = 0;
        for (int i = 0; i < rows; i++) {
          sum += functions[f][i] * functions[g][i];
        }
        gram[f * size + g] = sum;
        gram[g * size + f] = sum;
      }
    }
    return gram;
  }

  /** Keeps the coefficients of each number for which this ridge is the best yet. */
  private void tried(double[] factor, double[][] white) {
    double[] shares = new double[rows];
    int known = 0;
    for (int number = 0; number < dim; number++) {
      int size = Bends.width(contextDim + number);
      for (; known < size; known++) {
        for (int i = 0; i < rows; i++) {
          shares[i] += white[known][i] * white[known][i];
        }
      }
      double[] errors = columns[contextDim + number].clone();
      double[] products = new double[size];
      for (int f = 0; f < size; f++) {
        double[] own = white[f];
        for (int i = 0; i < rows; i++) {
          products[f] += own[i] * columns[contextDim + number][i];
        }
        for (int i = 0; i < rows; i++) {
          errors[i] -= own[i] * products[f];
        }
      }
      double sum = 0;
      for (int i = 0; i < rows; i++) {
        double left = errors[i] / Math.max(1 - shares[i], LEAST_REST);
        sum += left * left;
      }
      if (coefficients[number] == null || sum / rows < variances[number]) {
        variances[number] = sum / rows;
        Cholesky.solveTransposed(first(factor, white.length, size), products);
        coefficients[number] = products;
      }
    }
  }

  /** The first rows and columns of a matrix. */
  private static double[] first(double[] matrix, int of, int size) {
    double[] first = new double[size * size];
    for (int f = 0; f < size; f++) {
      System.arraycopy(matrix, f * of, first, f * size, size);
    }
    return first;
  }
}
