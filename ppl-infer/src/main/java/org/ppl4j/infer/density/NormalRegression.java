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

/** A number that is normal given contexts, with a mean that is linear in these. */
final class NormalRegression {

  private final double mean;
  private final double[] slopes;
  private final double variance;

  private NormalRegression(double mean, double[] slopes, double variance) {
    this.mean = mean;
    this.slopes = slopes;
    this.variance = variance;
  }

  /**
   * The likeliest.
   *
   * @param contexts one a number, of means about 0; null for a normal distribution
   */
  static NormalRegression of(double[] numbers, @Nullable Table contexts) {
    double mean = Arrays.stream(numbers).average().orElseThrow();
    double[] slopes = {};
    if (contexts != null) {
      slopes = slopes(Arrays.stream(numbers).map(number -> number - mean).toArray(), contexts);
    }
    NormalRegression standard = new NormalRegression(mean, slopes, 1);
    double variance =
        IntStream.range(0, numbers.length)
            .mapToDouble(i -> standard.error(numbers, contexts, i))
            .map(error -> error * error)
            .average()
            .orElseThrow();
    return new NormalRegression(mean, slopes, variance);
  }

  /** By least squares, with the ridge of a whitening. */
  private static double[] slopes(double[] centred, Table contexts) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return run.withoutGradients(
          () -> {
            NDArray x = Whitening.tensor(run, contexts);
            NDArray y = run.create(centred, new Shape(centred.length, 1));
            NDArray products = x.transpose().matMul(y).div(centred.length);
            return Tensors.values(Linalg.choleskySolve(products, Whitening.factor(x)));
          });
    }
  }

  private double error(double[] numbers, @Nullable Table contexts, int place) {
    double error = numbers[place] - mean;
    for (int j = 0; contexts != null && j < slopes.length; j++) {
      error -= slopes[j] * contexts.number(place, j);
    }
    return error;
  }

  /** The log-density of each number but for a constant. */
  double[] logProb(double[] numbers, @Nullable Table contexts) {
    double[] logs = new double[numbers.length];
    for (int i = 0; i < logs.length; i++) {
      double error = error(numbers, contexts, i);
      logs[i] = -(error * error / variance + Math.log(variance)) / 2;
    }
    return logs;
  }
}
