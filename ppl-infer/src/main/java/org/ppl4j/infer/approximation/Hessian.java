package org.ppl4j.infer.approximation;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Locale;
import java.util.Optional;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;

/**
 * The negative second derivatives of a log density at a vector.
 *
 * @param matrix (D, D), row by row, symmetric
 * @param note empty if they are exact, up to rounding; else that they are differences, and their
 *     error
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Hessian(double[] matrix, String note) {

  /**
   * Of the largest entry, as correlations are scaled, exact derivatives may be off a difference.
   */
  private static final double AGREEMENT = 1e-3;

  /** A difference goes so many standard deviations far; its error has the fourth power of it. */
  private static final double STEP = 1e-2;

  /**
   * By differentiating the gradient, an element at a time. If an operation of the program has no
   * second derivative, or has a wrong one, as a difference of the gradient along one direction
   * shows, by central differences of fourth order.
   */
  static Hessian of(Target<?> target, double[] u) {
    return derivatives(target, u)
        .filter(matrix -> agrees(target, u, matrix))
        .map(matrix -> new Hessian(matrix, ""))
        .orElseGet(() -> differences(target, u));
  }

  /** Empty if an operation has none. */
  private static Optional<double[]> derivatives(Target<?> target, double[] u) {
    try {
      return Optional.of(exact(target, u));
    } catch (EngineException | IllegalStateException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private static double[] exact(Target<?> target, double[] u) {
    try (Run run = Run.open(target.config().withValidation(Validation.OFF), 0)) {
      return run.withSecondDerivatives(
          () -> {
            NDArray x = Autograd.variable(run.create(u, new Shape(u.length)));
            double[] matrix = Autograd.hessian(Tensors.total(target.value(run, x)), x);
            Vectors.scale(matrix, -1);
            return matrix;
          });
    }
  }

  /** 1 / √ of the diagonal, in whose units the entries are at most 1; 1 where that is not so. */
  static double[] scale(double[] matrix, int size) {
    double[] scale = new double[size];
    for (int i = 0; i < size; i++) {
      double curvature = Math.abs(matrix[i * size + i]);
      scale[i] = curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
    }
    return scale;
  }

  private static boolean agrees(Target<?> target, double[] u, double[] matrix) {
    if (!Vectors.areFinite(matrix)) {
      return false;
    }
    int size = u.length;
    double[] scale = scale(matrix, size);
    double[] direction = new double[size];
    for (int i = 0; i < size; i++) {
      direction[i] = (Integer.bitCount(i) % 2 == 0 ? scale[i] : -scale[i]) / size;
    }
    double[] slope = slope(target, u, direction);
    double largest = 0;
    double apart = 0;
    for (int i = 0; i < size; i++) {
      double exact = 0;
      for (int j = 0; j < size; j++) {
        exact += matrix[i * size + j] * direction[j];
      }
      largest = Math.max(largest, Math.abs(exact * scale[i] * size));
      apart = Math.max(apart, Math.abs((exact - slope[i]) * scale[i] * size));
    }
    return apart <= AGREEMENT * Math.max(1, largest);
  }

  private static Hessian differences(Target<?> target, double[] u) {
    int size = u.length;
    double[] scale = new double[size];
    for (int i = 0; i < size; i++) {
      double[] direction = new double[size];
      direction[i] = 1e-2 * Math.max(1, Math.abs(u[i]));
      double curvature = Math.abs(slope(target, u, direction)[i]) / direction[i];
      scale[i] = curvature > 0 ? 1 / Math.sqrt(curvature) : 1;
    }
    double[] rows = new double[size * size];
    for (int i = 0; i < size; i++) {
      double[] direction = new double[size];
      direction[i] = scale[i];
      double[] slope = slope(target, u, direction);
      for (int j = 0; j < size; j++) {
        rows[i * size + j] = slope[j] / scale[i];
      }
    }
    double error = 0;
    double[] matrix = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < size; j++) {
        double a = rows[i * size + j];
        double b = rows[j * size + i];
        matrix[i * size + j] = (a + b) / 2;
        error = Math.max(error, Math.abs(a - b) * scale[i] * scale[j]);
      }
    }
    return new Hessian(
        matrix,
        String.format(
            Locale.ROOT,
            "second derivatives are differences of the gradient, for the program has none that"
                + " are right; rows and columns differ by %.1g at most, as correlations are scaled",
            error));
  }

  /** −dg/dt along u + t · direction, of fourth order. */
  private static double[] slope(Target<?> target, double[] u, double[] direction) {
    double[] sum = new double[u.length];
    double[] gradient = new double[u.length];
    for (int k : new int[] {-2, -1, 1, 2}) {
      double unused = target.evaluate(Vectors.plus(u, k * STEP, direction), gradient);
      double weight = Math.abs(k) == 1 ? 8.0 * k : -k / 2.0;
      Vectors.add(sum, -weight / (12 * STEP), gradient);
    }
    return sum;
  }
}
