package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Against the bandwidth that is best in the limit, h⁵ = 1 / (2 √π n ∫ f″²), which is known of
 * normal distributions and of their mixtures: of one ∫ f″² is 3 / (8 √π σ⁵) (Silverman 1986,
 * section 3.4).
 */
class PlugInBandwidthTest {

  private static final int SAMPLES = 20;
  private static final int STAGES = 7;

  private static DoubleStream normal(int count, double mean, double sd, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    return IntStream.range(0, count).mapToDouble(i -> mean + sd * random.nextGaussian());
  }

  private static double best(int count, double curvature) {
    return Math.pow(2 * Math.sqrt(Math.PI) * count * curvature, -0.2);
  }

  /** ∫ f″² of a normal distribution. */
  private static double curvature(double sd) {
    return 3 / (8 * Math.sqrt(Math.PI) * Math.pow(sd, 5));
  }

  @ParameterizedTest
  @ValueSource(ints = {500, 2000})
  void ofANormalDistributionItIsTheBest(int count) {
    double mean =
        IntStream.range(0, SAMPLES)
            .mapToDouble(i -> PlugInBandwidth.of(normal(count, 50, 3, i).toArray()).orElseThrow())
            .average()
            .orElseThrow();

    assertThat(mean).isCloseTo(best(count, curvature(3)), withinPercentage(7));
  }

  /** Heaps so far apart that f″² of the one is 0 where the other is. */
  @ParameterizedTest
  @ValueSource(doubles = {1, 0.3})
  void ofTwoHeapsItIsTheBest(double sd) {
    int half = 5000;
    double mean =
        IntStream.range(0, SAMPLES)
            .mapToObj(i -> DoubleStream.concat(normal(half, -6, 1, i), normal(half, 6, sd, ~i)))
            .mapToDouble(heaps -> PlugInBandwidth.of(heaps.toArray()).orElseThrow())
            .average()
            .orElseThrow();

    assertThat(mean)
        .isCloseTo(best(2 * half, (curvature(1) + curvature(sd)) / 4), withinPercentage(7));
  }

  /** |fⱼ|² of the density with variance t, by the derivatives of normal densities of pairs. */
  private static double norm(double[] numbers, int j, double t) {
    double sum = 0;
    double sd = Math.sqrt(2 * t);
    for (double a : numbers) {
      for (double b : numbers) {
        double z = (a - b) / sd;
        double hermite = 1; // of degree 2 j at last
        double before = 0;
        for (int n = 0; n < 2 * j; n++) {
          double next = z * hermite - n * before;
          before = hermite;
          hermite = next;
        }
        sum += hermite * Math.exp(-z * z / 2);
      }
    }
    double sign = j % 2 == 0 ? 1 : -1;
    double scale = Math.sqrt(2 * Math.PI) * Math.pow(sd, 2 * j + 1);
    return sign * sum / scale / numbers.length / numbers.length;
  }

  /** The stages without a grid and without cosines. */
  @Test
  void itIsAFixedPoint() {
    double[] numbers = DoubleStream.concat(normal(150, -2, 1, 1), normal(150, 2, 0.5, 2)).toArray();
    double h = PlugInBandwidth.of(numbers).orElseThrow();
    int n = numbers.length;

    double norm = norm(numbers, STAGES, h * h);
    for (int j = STAGES - 1; j >= 2; j--) {
      double odd =
          IntStream.rangeClosed(1, j).mapToDouble(i -> 2 * i - 1).reduce(1, (a, b) -> a * b);
      double share = (1 + Math.pow(2, -j - 0.5)) / 3 * odd / (n * Math.sqrt(Math.PI / 2) * norm);
      norm = norm(numbers, j, Math.pow(share, 2 / (3.0 + 2 * j)));
    }

    double t = Math.pow(2 * n * Math.sqrt(Math.PI) * norm, -0.4);
    assertThat(h).isCloseTo(Math.sqrt(t), withinPercentage(1));
  }

  /** In other units, turned round. */
  @Test
  void itFollowsTheUnit() {
    double[] numbers = normal(1500, 0, 1, 4).toArray();
    double[] others = Arrays.stream(numbers).map(x -> 7 - 1e6 * x).toArray();

    assertThat(PlugInBandwidth.of(others).orElseThrow())
        .isCloseTo(1e6 * PlugInBandwidth.of(numbers).orElseThrow(), withinPercentage(1));
  }

  @Test
  void fewNumbersHaveNone() {
    assertThat(PlugInBandwidth.of(new double[] {1, 2, 3})).isEmpty();
    assertThat(PlugInBandwidth.of(new double[1000])).isEmpty();
    assertThat(PlugInBandwidth.of(new double[] {-1e308, 1e308, 1, 2, 3, 4, 5, 6, 7, 8})).isEmpty();
  }
}
