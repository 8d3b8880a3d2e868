package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * How often one of two things is so for once that the other is, given a context: the exponential of
 * a polynomial of degree two in each of its entries, by ridge logistic regression. Newton's method;
 * Hastie, Tibshirani and Friedman, "The elements of statistical learning" (2009), section 4.4.1.
 *
 * @param coefficients of 1, then of each entry of a context, then of their squares
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record LogisticRegression(double[] coefficients) {

  /** Contexts of more entries than this are not looked at. */
  private static final int MAX_ENTRIES = 50;

  /** Entries in standard units beyond this are taken as if they were there. */
  private static final double FARTHEST = 3;

  /** The precision of the normal prior of all coefficients but the first. */
  private static final double RIDGE = 1;

  private static final int MAX_STEPS = 50;
  private static final double CONVERGED = 1e-8;

  /**
   * Those in some rows.
   *
   * @param isSo of each row
   * @param contexts of the same rows in standard units; null without
   */
  static LogisticRegression of(boolean[] isSo, @Nullable Table contexts) {
    int rows = isSo.length;
    double so = IntStream.range(0, rows).filter(i -> isSo[i]).count();
    double constant = Math.log((so + 0.5) / (rows - so + 0.5));
    if (contexts == null || contexts.columns() > MAX_ENTRIES) {
      return new LogisticRegression(new double[] {constant});
    }
    int features = 1 + 2 * contexts.columns();
    double[] x = new double[rows * features];
    double[] y = new double[rows];
    for (int i = 0; i < rows; i++) {
      System.arraycopy(features(contexts, i), 0, x, i * features, features);
      y[i] = isSo[i] ? 1 : 0;
    }
    double[] ridge = new double[features];
    Arrays.fill(ridge, 1, features, RIDGE);
    double[] coefficients = new double[features];
    coefficients[0] = constant;
    for (int step = 0; step < MAX_STEPS; step++) {
      double[] move = newton(x, y, ridge, coefficients);
      double max = 0;
      for (int k = 0; k < features; k++) {
        coefficients[k] += move[k];
        max = Math.max(max, Math.abs(move[k]));
      }
      if (max < CONVERGED) {
        break;
      }
    }
    return new LogisticRegression(coefficients);
  }

  private static double[] newton(double[] x, double[] y, double[] ridge, double[] coefficients) {
    int features = ridge.length;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray rows = run.create(x, new Shape(y.length, features));
            NDArray beta = run.create(coefficients, new Shape(features, 1));
            NDArray penalty = run.create(ridge, new Shape(features, 1));
            NDArray p = rows.matMul(beta).getNDArrayInternal().sigmoid();
            NDArray slope =
                rows.transpose()
                    .matMul(run.create(y, new Shape(y.length, 1)).sub(p))
                    .sub(penalty.mul(beta));
            NDArray curvature =
                rows.transpose()
                    .matMul(rows.mul(p.mul(p.neg().add(1)).add(1e-9)))
                    .add(Linalg.diagonalMatrix(penalty.squeeze(1)));
            return Tensors.values(Linalg.solve(curvature, slope));
          });
    }
  }

  private static double[] features(Table contexts, int row) {
    int entries = contexts.columns();
    double[] features = new double[1 + 2 * entries];
    features[0] = 1;
    for (int j = 0; j < entries; j++) {
      double entry = Math.max(-FARTHEST, Math.min(FARTHEST, contexts.number(row, j)));
      features[1 + j] = entry;
      features[1 + entries + j] = entry * entry;
    }
    return features;
  }

  /** Whether they are the same for all contexts. */
  boolean isConstant() {
    return coefficients.length == 1;
  }

  /**
   * Given the context of a row.
   *
   * @param contexts in standard units; null for the mean of all
   */
  double of(@Nullable Table contexts, int row) {
    double log = coefficients[0];
    if (contexts != null && !isConstant()) {
      double[] features = features(contexts, row);
      for (int k = 1; k < coefficients.length; k++) {
        log += coefficients[k] * features[k];
      }
    }
    return Math.exp(log);
  }
}
