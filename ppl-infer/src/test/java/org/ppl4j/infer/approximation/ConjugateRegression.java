package org.ppl4j.infer.approximation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import java.util.SplittableRandom;
import org.hipparchus.linear.Array2DRowRealMatrix;
import org.hipparchus.linear.LUDecomposition;
import org.hipparchus.linear.RealMatrix;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Normal;

/**
 * Linear regression with known noise, y ~ N(X β, 0.5²), β ~ N(0, 3²), on raw regressors of sizes 1,
 * 10 and 200; its posterior is normal in closed form, by Hipparchus.
 */
final class ConjugateRegression {

  static final int SIZE = 3;

  /** With a site in two parts, and one that follows from them. */
  static final Program<ConjugateRegression.Rows> MODEL =
      (p, rows) -> {
        NDArray intercept = p.sample("intercept", Normal.of(0, 3));
        NDArray slopes = p.sample("slopes", Normal.of(0, 3).expand(new Shape(SIZE - 1)).toEvent(1));
        p.deterministic("twice", intercept.mul(2));
        try (Plate plate = p.plate("rows", rows.y().size(0))) {
          NDArray mean = p.matVec(plate.take(rows.x()), slopes).add(intercept);
          p.observe("y", Normal.of(mean, 0.5), plate.take(rows.y()));
        }
      };

  /** The regressors (N, 2) without the column of ones, and y (N). */
  record Rows(NDArray x, NDArray y) {}

  private static final int ROWS = 40;

  private static final double LOG_ROOT_2_PI = Math.log(2 * Math.PI) / 2;

  private final double[][] columns = new double[ROWS][];
  private final double[] y = new double[ROWS];
  final RealMatrix covariance;
  final double[] mean;

  ConjugateRegression(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    for (int i = 0; i < ROWS; i++) {
      columns[i] = new double[] {1, 10 * random.nextDouble(), 200 + random.nextDouble()};
      y[i] = 1 + 0.3 * columns[i][1] - 0.01 * columns[i][2] + random.nextGaussian() / 2;
    }
    RealMatrix x = new Array2DRowRealMatrix(columns);
    RealMatrix precision = x.transposeMultiply(x).scalarMultiply(4);
    for (int i = 0; i < SIZE; i++) {
      precision.addToEntry(i, i, 1.0 / 9);
    }
    covariance = new LUDecomposition(precision).getSolver().getInverse();
    mean = covariance.scalarMultiply(4).operate(x.transpose().operate(y));
  }

  Rows data(NDManager manager) {
    double[] x = new double[2 * ROWS];
    for (int i = 0; i < ROWS; i++) {
      System.arraycopy(columns[i], 1, x, 2 * i, 2);
    }
    return new Rows(manager.create(x, new Shape(ROWS, 2)), manager.create(y));
  }

  /** log p(y), by the density of the posterior, the prior and the data at the posterior mean. */
  double logEvidence() {
    double log = 0;
    for (int i = 0; i < ROWS; i++) {
      double off = y[i];
      for (int j = 0; j < SIZE; j++) {
        off -= columns[i][j] * mean[j];
      }
      log += -off * off / (2 * 0.25) - Math.log(0.5) - LOG_ROOT_2_PI;
    }
    for (double beta : mean) {
      log += -beta * beta / 18 - Math.log(3) - LOG_ROOT_2_PI;
    }
    return log
        + SIZE * LOG_ROOT_2_PI
        + Math.log(new LUDecomposition(covariance).getDeterminant()) / 2;
  }
}
