package org.ppl4j.infer.discrete;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.latent.LogDensity;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * How far log densities and gradients are from what they should be: the largest |a − b| / max(1,
 * |a|, |b|), NaN counting as infinite.
 */
record Discrepancy(double value, double gradient) {

  static final Discrepancy NONE = new Discrepancy(0, 0);

  /** What is right at a vector. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  record Truth(double[] u, double logDensity, double[] gradient) {}

  Discrepancy max(Discrepancy other) {
    return new Discrepancy(Math.max(value, other.value), Math.max(gradient, other.gradient));
  }

  boolean isWithin(double ofValue, double ofGradient) {
    return value <= ofValue && gradient <= ofGradient;
  }

  /** Of two numbers. */
  static double of(double a, double b) {
    if (a == b) {
      return 0;
    }
    double error = Math.abs(a - b) / Math.max(1, Math.max(Math.abs(a), Math.abs(b)));
    return Double.isNaN(error) ? Double.POSITIVE_INFINITY : error;
  }

  /** The worst of numbers in pairs. */
  static double of(double[] a, double[] b) {
    double worst = a.length == b.length ? 0 : Double.POSITIVE_INFINITY;
    for (int i = 0; i < Math.min(a.length, b.length); i++) {
      worst = Math.max(worst, of(a[i], b[i]));
    }
    return worst;
  }

  private static Discrepancy of(Truth truth, double value, double[] gradient) {
    return new Discrepancy(of(value, truth.logDensity()), of(gradient, truth.gradient()));
  }

  /** Of a density at some vectors, one by one. */
  static Discrepancy alone(LogDensity<? extends @Nullable Object> density, List<Truth> truths) {
    Discrepancy worst = NONE;
    double[] gradient = new double[density.size()];
    for (Truth truth : truths) {
      double value = density.evaluate(truth.u(), gradient);
      worst = worst.max(of(truth, value, gradient));
    }
    return worst;
  }

  /** The same of seven particles at once, which take turns at the vectors. */
  static Discrepancy ofSeven(
      LogDensity<? extends @Nullable Object> density, RunConfig config, List<Truth> truths) {
    int size = density.size();
    double[] vectors = new double[7 * size];
    for (int i = 0; i < 7; i++) {
      System.arraycopy(truths.get(i % truths.size()).u(), 0, vectors, i * size, size);
    }
    try (Run run = Run.open(config, 0)) {
      return run.withGradients(
          () -> {
            NDArray u = Autograd.variable(run.create(vectors, new Shape(7, size)));
            NDArray value = density.value(run, u);
            double[] values = Tensors.values(value);
            double[] gradients =
                Tensors.values(Autograd.grad(Tensors.total(value), List.of(u)).get(0));
            Discrepancy worst = NONE;
            for (int i = 0; i < 7; i++) {
              double[] gradient = Arrays.copyOfRange(gradients, i * size, (i + 1) * size);
              worst = worst.max(of(truths.get(i % truths.size()), values[i], gradient));
            }
            return worst;
          });
    }
  }
}
