package org.ppl4j.examples.hierarchical;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;

/**
 * Leave-one-out cross-validation of a regression with levels of groups, without draws:
 *
 * <pre>{@code
 * y ~ N(B w, s),  coefficients ~ N(0, 10), levels of groups ~ N(0, t),  s, t ~ HalfNormal(1)
 * p(yᵢ | others, s, t) = N(yᵢ − gᵢ / cᵢ, 1 / √cᵢ),  g = C⁻¹ y, c the diagonal of C⁻¹
 * 1 / p(yᵢ | others)   = Σ p(s, t | y) / p(yᵢ | others, s, t)
 * }</pre>
 *
 * <p>where C is the covariance of y given s and t, inverted by Woodbury's identity, and the sum is
 * over a grid. Source: Rasmussen and Williams, "Gaussian processes for machine learning" (2006),
 * equations 5.10 to 5.12.
 */
final class ExactLoo {

  private static final double PRIOR = 100; // variance of a coefficient
  private static final int CELLS = 40;

  // the standard deviations that the posterior allows
  private static final double LEAST_S = 0.65;
  private static final double MOST_S = 0.95;
  private static final double MOST_T = 0.8;

  private final List<double[]> columns;
  private final int[] group;
  private final double[] y;
  private final double[][] gram; // BᵀB
  private final double[] product; // Bᵀy

  /**
   * Of these data.
   *
   * @param columns the predictors, N numbers each
   * @param group of each row, from 0; none if there are no groups
   */
  private ExactLoo(List<double[]> columns, int[] group, double[] y) {
    this.columns = columns;
    this.group = group;
    this.y = y;
    int size = columns.size() + groups();
    gram = new double[size][size];
    product = new double[size];
    for (int i = 0; i < y.length; i++) {
      int[] places = places(i);
      double[] values = values(i);
      for (int a = 0; a < places.length; a++) {
        product[places[a]] += values[a] * y[i];
        for (int b = 0; b < places.length; b++) {
          gram[places[a]][places[b]] += values[a] * values[b];
        }
      }
    }
  }

  /** The log predictive density of each row given all others. */
  static double[] of(List<double[]> columns, int[] group, double[] y) {
    return new ExactLoo(columns, group, y).densities();
  }

  private int groups() {
    return Arrays.stream(group).max().orElse(-1) + 1;
  }

  /** Where row i of B is not 0. */
  private int[] places(int i) {
    int fixed = columns.size();
    int[] places = new int[fixed + (group.length > 0 ? 1 : 0)];
    Arrays.setAll(places, a -> a < fixed ? a : fixed + group[i]);
    return places;
  }

  private double[] values(int i) {
    double[] values = new double[places(i).length];
    Arrays.setAll(values, a -> a < columns.size() ? columns.get(a)[i] : 1);
    return values;
  }

  private double[] densities() {
    int cellsOfT = group.length > 0 ? CELLS : 1;
    double[] logPosterior = new double[CELLS * cellsOfT];
    double[][] logs = new double[logPosterior.length][y.length];
    for (int cell = 0; cell < logPosterior.length; cell++) {
      double s = LEAST_S + (MOST_S - LEAST_S) * (cell % CELLS + 0.5) / CELLS;
      int row = cell / CELLS;
      double t = MOST_T * (row + 0.5) / cellsOfT;
      logPosterior[cell] = at(s, t, logs[cell]);
    }
    double most = Arrays.stream(logPosterior).max().orElseThrow();
    double[] weights = Arrays.stream(logPosterior).map(log -> Math.exp(log - most)).toArray();
    double sum = Arrays.stream(weights).sum();
    double[] densities = new double[y.length];
    for (int i = 0; i < y.length; i++) {
      double inverse = 0;
      for (int cell = 0; cell < weights.length; cell++) {
        inverse += weights[cell] / sum * Math.exp(-logs[cell][i]);
      }
      densities[i] = -Math.log(inverse);
    }
    return densities;
  }

  /**
   * The log posterior density of s and t, up to a constant.
   *
   * @param logs to be filled: log p(yᵢ | others, s, t)
   */
  private double at(double s, double t, double[] logs) {
    int size = product.length;
    double[][] precision = new double[size][];
    double logPriors = 0;
    for (int a = 0; a < size; a++) {
      double prior = a < columns.size() ? PRIOR : t * t;
      precision[a] = gram[a].clone();
      precision[a][a] += s * s / prior;
      logPriors += Math.log(prior);
    }
    CholeskyDecomposition factor =
        new CholeskyDecomposition(MatrixUtils.createRealMatrix(precision));
    RealMatrix lower = factor.getL();
    double logDet = 0;
    for (int a = 0; a < size; a++) {
      logDet += 2 * Math.log(lower.getEntry(a, a));
    }
    RealMatrix inverse = factor.getSolver().getInverse();
    double[] coefficients = inverse.operate(product);
    double squares = 0;
    for (double each : y) {
      squares += each * each;
    }
    for (int a = 0; a < size; a++) {
      squares -= product[a] * coefficients[a];
    }
    for (int i = 0; i < y.length; i++) {
      logs[i] = left(i, s, inverse, coefficients);
    }
    double logLikelihood =
        -(squares / (s * s) + (y.length - size) * Math.log(s * s) + logDet + logPriors) / 2;
    return logLikelihood - s * s / 2 - (group.length > 0 ? t * t / 2 : 0);
  }

  private double left(int i, double s, RealMatrix inverse, double[] coefficients) {
    int[] places = places(i);
    double[] values = values(i);
    double leverage = 0;
    double fitted = 0;
    for (int a = 0; a < places.length; a++) {
      fitted += values[a] * coefficients[places[a]];
      for (int b = 0; b < places.length; b++) {
        leverage += values[a] * values[b] * inverse.getEntry(places[a], places[b]);
      }
    }
    double variance = s * s / (1 - leverage);
    double residual = (y[i] - fitted) / (1 - leverage);
    return -(Math.log(2 * Math.PI * variance) + residual * residual / variance) / 2;
  }
}
