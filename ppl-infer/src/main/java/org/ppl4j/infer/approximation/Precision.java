package org.ppl4j.infer.approximation;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.Optional;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The inverse covariance of a normal distribution, if it is one: a symmetric matrix (D, D), which
 * is looked at in units in which its diagonal is 1.
 */
final class Precision {

  /** Below this share of its diagonal, given the numbers before it, an entry is rounding. */
  private static final double FLAT = 1e-13;

  private final double[] scale;
  private final double[] factor; // lower Cholesky factor of the scaled matrix; empty if none
  private final double[] inverse; // of the factor
  private final Optional<Direction> flat;

  /**
   * A direction in which the matrix is not positive.
   *
   * @param vector (D) in its units, the largest element 1
   * @param curvature along it, relative to that along the axes
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Direction(double[] vector, double curvature) {}

  private Precision(double[] scale, double[] factor, double[] inverse, Optional<Direction> flat) {
    this.scale = scale;
    this.factor = factor;
    this.inverse = inverse;
    this.flat = flat;
  }

  /**
   * Of a matrix.
   *
   * @param matrix symmetric, (D, D), row by row
   */
  static Precision of(RunConfig config, double[] matrix, int size) {
    double[] scale = Hessian.scale(matrix, size);
    for (int i = 0; i < size; i++) {
      double curvature = matrix[i * size + i];
      if (!(curvature > 0)) {
        double[] axis = new double[size];
        axis[i] = 1;
        return flat(scale, new Direction(axis, curvature < 0 ? -1 : curvature));
      }
    }
    double[] scaled = new double[matrix.length];
    Arrays.setAll(scaled, k -> matrix[k] * scale[k / size] * scale[k % size]);
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> factored(run, scale, run.create(scaled, new Shape(size, size))));
    }
  }

  private static Precision flat(double[] scale, Direction direction) {
    return new Precision(scale, new double[0], new double[0], Optional.of(direction));
  }

  private static Precision factored(Run run, double[] scale, NDArray a) {
    int size = scale.length;
    if (!isPositive(a)) {
      return flat(scale, direction(a, firstBad(a, size)));
    }
    NDArray l = Linalg.cholesky(a);
    double[] pivots = Tensors.values(Linalg.diagonal(l));
    for (int i = 0; i < size; i++) {
      if (pivots[i] * pivots[i] < FLAT) {
        return flat(scale, direction(a, i + 1));
      }
    }
    NDArray back = Linalg.solveTriangular(l, run.eye(size), false);
    return new Precision(scale, Tensors.values(l), Tensors.values(back), Optional.empty());
  }

  private static boolean isPositive(NDArray a) {
    return Tensors.values(Linalg.isPositiveDefinite(a))[0] == 1;
  }

  /** How large the smallest of the leading blocks is that are not positive definite. */
  private static int firstBad(NDArray a, int size) {
    int good = 0;
    int bad = size;
    while (bad - good > 1) {
      int middle = (good + bad) / 2;
      if (isPositive(block(a, 0, middle, 0, middle))) {
        good = middle;
      } else {
        bad = middle;
      }
    }
    return bad;
  }

  /** (−A⁻¹ b, 1) of a leading block (A, b; bᵀ, c), along which the curvature is c − bᵀ A⁻¹ b. */
  private static Direction direction(NDArray a, int count) {
    double[] vector = new double[Math.toIntExact(a.getShape().get(0))];
    vector[count - 1] = 1;
    double curvature = Tensors.values(block(a, count - 1, count, count - 1, count))[0];
    if (count > 1) {
      NDArray side = block(a, 0, count - 1, count - 1, count);
      double[] sides = Tensors.values(side);
      double[] solution = Tensors.values(Linalg.solve(block(a, 0, count - 1, 0, count - 1), side));
      for (int i = 0; i < solution.length; i++) {
        vector[i] = -solution[i];
        curvature -= sides[i] * solution[i];
      }
    }
    double largest = Arrays.stream(vector).map(Math::abs).max().orElseThrow();
    Vectors.scale(vector, 1 / largest);
    return new Direction(vector, curvature / (largest * largest));
  }

  private static NDArray block(NDArray a, int top, int bottom, int left, int right) {
    return Tensors.range(Tensors.range(a, -2, top, bottom), -1, left, right);
  }

  /** A direction in which it is not positive, beyond rounding; empty if there is none. */
  Optional<Direction> flat() {
    return flat;
  }

  /** The normal distribution around a location; only of a positive definite matrix. */
  NormalApproximation normal(double[] location) {
    int size = scale.length;
    double logFactor = 0;
    for (int i = 0; i < size; i++) {
      logFactor -= Math.log(factor[i * size + i]);
    }
    return NormalApproximation.of(
        location,
        scale,
        new double[0],
        transposed(inverse, size),
        transposed(factor, size),
        logFactor);
  }

  private static double[] transposed(double[] matrix, int size) {
    double[] transposed = new double[matrix.length];
    Arrays.setAll(transposed, k -> matrix[k % size * size + k / size]);
    return transposed;
  }
}
