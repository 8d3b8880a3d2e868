package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

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
      double[] products = new double[contexts.columns()];
      for (int i = 0; i < numbers.length; i++) {
        for (int j = 0; j < products.length; j++) {
          products[j] += contexts.number(i, j) * (numbers[i] - mean) / numbers.length;
        }
      }
      slopes = Cholesky.ofProducts(contexts).solved(products);
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
