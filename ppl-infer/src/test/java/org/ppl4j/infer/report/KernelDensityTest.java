package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.stat.descriptive.moment.StandardDeviation;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.junit.jupiter.api.Test;

/** Against the mean of normal densities, by Hipparchus. */
class KernelDensityTest {

  private static double[] numbers(int count) {
    SplittableRandom random = new SplittableRandom(count);
    return IntStream.range(0, count).mapToDouble(i -> 3 + 2 * random.nextGaussian()).toArray();
  }

  private static double bandwidth(double[] numbers) {
    Percentile percentile = new Percentile().withEstimationType(Percentile.EstimationType.R_7);
    percentile.setData(numbers);
    double range = (percentile.evaluate(75) - percentile.evaluate(25)) / 1.34;
    double sd = new StandardDeviation().evaluate(numbers);
    return 0.9 * Math.min(sd, range) * Math.pow(numbers.length, -0.2);
  }

  private static double integral(KernelDensity density) {
    double[] x = density.x();
    return Arrays.stream(density.density()).sum() * (x[1] - x[0]);
  }

  /** A number between two points of the grid is shared by them: within 0.2% of the peak. */
  @Test
  void isTheMeanOfNormalDensities() {
    for (int count : new int[] {2, 10, 300}) {
      double[] numbers = numbers(count);
      assertThat(KernelDensity.silverman(numbers)).isCloseTo(bandwidth(numbers), within(1e-12));
      double width = KernelDensity.bandwidth(numbers);

      KernelDensity density = KernelDensity.of(numbers);

      double peak = Arrays.stream(density.density()).max().orElseThrow();
      for (int i = 0; i < density.x().length; i += 7) {
        double x = density.x()[i];
        double mean =
            Arrays.stream(numbers)
                .map(number -> new NormalDistribution(number, width).density(x))
                .average()
                .orElseThrow();
        assertThat(density.density()[i]).isCloseTo(mean, within(2e-3 * peak));
      }
      // All but what lies beyond three standard deviations of the outermost.
      assertThat(integral(density)).isCloseTo(1, within(3e-3));
    }
  }

  /** As R: the number itself, or one, stands for the spread. */
  @Test
  void numbersThatAreAlikeAreABump() {
    assertThat(KernelDensity.bandwidth(new double[] {-5, -5, -5, -5}))
        .isCloseTo(0.9 * 5 * Math.pow(4, -0.2), within(1e-12));
    assertThat(KernelDensity.bandwidth(new double[] {0})).isEqualTo(0.9);
    assertThat(integral(KernelDensity.of(new double[] {7}))).isCloseTo(1, within(3e-3));
  }

  /** More than half are alike, so that the quartiles are; the standard deviation stands. */
  @Test
  void quartilesThatAreAlikeDoNotCount() {
    double[] numbers = {1, 1, 1, 1, 1, 1, 1, 9};
    assertThat(KernelDensity.bandwidth(numbers))
        .isCloseTo(
            0.9 * new StandardDeviation().evaluate(numbers) * Math.pow(8, -0.2), within(1e-12));
  }

  @Test
  void whatIsBeyondTheViewIsLeftOut() {
    KernelDensity density = KernelDensity.of(new double[] {0, 1, 2, 1000}, -5, 5);

    assertThat(density.x()[0]).isEqualTo(-5);
    assertThat(density.x()[density.x().length - 1]).isCloseTo(5, within(1e-12));
    assertThat(Arrays.stream(density.density())).allMatch(y -> y >= 0 && y < 1);
  }

  /** The mean of the two. */
  @Test
  void severalHeapsAreNotSmoothedAway() {
    double[] numbers = new double[2000];
    for (int i = 0; i < numbers.length; i++) {
      int rank = i / 2;
      double score = new NormalDistribution().inverseCumulativeProbability((rank + 0.5) / 1000);
      numbers[i] = (i % 2 == 0 ? -4 : 4) + score;
    }
    double usual = KernelDensity.silverman(numbers);
    double heaps = PlugInBandwidth.of(numbers).orElseThrow();

    assertThat(KernelDensity.bandwidth(numbers)).isCloseTo((usual + heaps) / 2, within(1e-12));
    assertThat(heaps).isLessThan(usual / 2);
  }

  /** So narrow that the grid cannot show it: one point of the grid holds all. */
  @Test
  void spikesKeepTheirArea() {
    double[] numbers = new double[1000];
    Arrays.setAll(numbers, i -> i < 999 ? 1e-9 * i : 0.5);

    assertThat(integral(KernelDensity.of(numbers, -1, 1))).isCloseTo(1, within(1e-2));
  }

  @Test
  void massBeyondABoundIsFoldedBack() {
    double[] numbers = new double[4000];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = -Math.log1p(-(i + 0.5) / numbers.length); // exponential, by its quantiles
    }

    KernelDensity density = KernelDensity.reflected(numbers, 400);

    double h = KernelDensity.bandwidth(numbers); // 2 ∫ φ(u / h) / h exp(-u) du over u > 0
    double folded = 2 * Math.exp(h * h / 2) * new NormalDistribution().cumulativeProbability(-h);
    assertThat(density.density()[0]).isCloseTo(folded, within(0.01));
    double sum = 0;
    for (double y : density.density()) {
      sum += y * (density.x()[1] - density.x()[0]);
    }
    assertThat(sum).isCloseTo(1, within(0.03)); // both ends are counted whole
  }
}
