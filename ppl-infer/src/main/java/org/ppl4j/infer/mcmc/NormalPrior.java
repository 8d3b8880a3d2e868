package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import org.ppl4j.internal.math.Cholesky;

/**
 * A log density that is that of a normal distribution, as priors often are in unconstrained space:
 * found by its slopes, which are then linear, and held against it at points up to three standard
 * deviations away. Whatever is normal is found, however it is written: normal, log-normal and
 * multivariate sites, random walks, sites around others.
 *
 * <p>Cost: D gradients, and of D² numbers unless all are independent.
 *
 * @param mean (D)
 * @param covariance as that of momenta
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record NormalPrior(double[] mean, MassMatrix covariance) {

  private static final double[] DISTANCES = {0.3, 1, 3, -1, -3};

  /**
   * Of a density; empty if it is not normal.
   *
   * @param start where density and gradient are finite
   * @param tolerance of differences, relative
   */
  static Optional<NormalPrior> of(Target target, double[] start, double tolerance) {
    int size = start.length;
    double[] slope = new double[size];
    double value = target.evaluate(start, slope);
    double[] precision = precision(target, start, slope);
    if (!isSymmetric(precision, size, tolerance)) {
      return Optional.empty();
    }
    double[] factor = Cholesky.factor(precision, size);
    if (factor == null) {
      return Optional.empty();
    }
    SplittableRandom random = new SplittableRandom(size);
    for (double distance : DISTANCES) {
      double[] step = new double[size];
      Arrays.setAll(step, i -> distance * random.nextGaussian());
      Cholesky.solveTransposed(factor, step);
      double[] at = new double[size];
      Arrays.setAll(at, i -> start[i] + step[i]);
      double linear = dot(slope, step);
      double square = square(precision, step);
      double change = target.evaluate(at, new double[size]) - value;
      double most = tolerance * (1 + Math.abs(linear) + square);
      if (!(Math.abs(linear - square / 2 - change) <= most)) {
        return Optional.empty();
      }
    }
    double[] mean = slope.clone();
    Cholesky.solve(factor, mean);
    Cholesky.solveTransposed(factor, mean);
    for (int i = 0; i < size; i++) {
      mean[i] += start[i];
    }
    return Optional.of(new NormalPrior(mean, covariance(precision, size)));
  }

  /** The negative differences of slopes a unit apart. */
  private static double[] precision(Target target, double[] start, double[] slope) {
    int size = start.length;
    double[] precision = new double[Math.multiplyExact(size, size)];
    double[] at = start.clone();
    double[] slopes = new double[size];
    for (int i = 0; i < size; i++) {
      at[i] = start[i] + 1;
      double unused = target.evaluate(at, slopes);
      at[i] = start[i];
      for (int j = 0; j < size; j++) {
        precision[i * size + j] = slope[j] - slopes[j];
      }
    }
    return precision;
  }

  private static boolean isSymmetric(double[] matrix, int size, double tolerance) {
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double scale = Math.sqrt(matrix[i * size + i] * matrix[j * size + j]);
        double gap = Math.abs(matrix[i * size + j] - matrix[j * size + i]);
        if (!(gap <= tolerance * scale)) {
          return false;
        }
      }
    }
    return true;
  }

  private static MassMatrix covariance(double[] precision, int size) {
    double[] diagonal = new double[size];
    boolean isDiagonal = true;
    for (int i = 0; i < size; i++) {
      diagonal[i] = precision[i * size + i];
      for (int j = 0; j < size; j++) {
        isDiagonal &= i == j || precision[i * size + j] == 0;
      }
    }
    return isDiagonal ? DiagonalMass.of(diagonal) : DenseMass.of(precision, size);
  }

  private static double square(double[] precision, double[] x) {
    int size = x.length;
    double sum = 0;
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        sum += precision[i * size + j] * x[i] * x[j];
      }
    }
    return sum;
  }

  private static double dot(double[] a, double[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += a[i] * b[i];
    }
    return sum;
  }
}
