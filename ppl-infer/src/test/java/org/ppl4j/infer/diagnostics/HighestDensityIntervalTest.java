package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Collections;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.hipparchus.analysis.UnivariateFunction;
import org.hipparchus.analysis.solvers.BrentSolver;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.ExponentialDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;

/** Against intervals whose ends have the same density, which Hipparchus finds. */
class HighestDensityIntervalTest {

  private static final int COUNT = 20_000;

  /** The quantiles of a distribution at evenly spaced probabilities, in random order. */
  private static double[] quantiles(RealDistribution distribution) {
    Double[] draws =
        IntStream.range(0, COUNT)
            .mapToObj(i -> distribution.inverseCumulativeProbability((i + 0.5) / COUNT))
            .toArray(Double[]::new);
    Collections.shuffle(Arrays.asList(draws), new java.util.Random(3));
    return Arrays.stream(draws).mapToDouble(x -> x).toArray();
  }

  /** Where the mass below the lower end leads to an upper end of the same density. */
  private static double[] sameDensity(
      RealDistribution distribution, double probability, UnivariateFunction density) {
    double below =
        new BrentSolver(1e-12)
            .solve(
                1000,
                p ->
                    density.value(distribution.inverseCumulativeProbability(p))
                        - density.value(distribution.inverseCumulativeProbability(p + probability)),
                1e-9,
                1 - probability - 1e-9);
    return new double[] {
      distribution.inverseCumulativeProbability(below),
      distribution.inverseCumulativeProbability(below + probability)
    };
  }

  /** Of quantiles the ends are off by a few of their distances, at most 1e-3 here. */
  @Test
  void endsHaveTheSameDensity() {
    GammaDistribution gamma = new GammaDistribution(3, 2);
    NormalDistribution normal = new NormalDistribution(1, 2);
    for (double probability : new double[] {0.5, 0.8, 0.95}) {
      double[] expected = sameDensity(gamma, probability, gamma::density);
      HighestDensityInterval found = HighestDensityInterval.of(quantiles(gamma), probability);
      // Near its shortest the length hardly depends on where it lies.
      assertThat(found.low()).isCloseTo(expected[0], within(0.05));
      assertThat(found.high()).isCloseTo(expected[1], within(0.05));
      assertThat(found.high() - found.low()).isCloseTo(expected[1] - expected[0], within(1e-3));

      HighestDensityInterval symmetric = HighestDensityInterval.of(quantiles(normal), probability);
      double half = normal.inverseCumulativeProbability(0.5 + probability / 2) - 1;
      assertThat(symmetric.high() - symmetric.low()).isCloseTo(2 * half, within(1e-3));
    }
    HighestDensityInterval exponential =
        HighestDensityInterval.of(quantiles(new ExponentialDistribution(1)), 0.9);
    assertThat(exponential.low()).isCloseTo(0, within(1e-3));
    assertThat(exponential.high()).isCloseTo(-Math.log(0.1), within(1e-3));
  }

  /** As many as in ArviZ's and NumPyro's: from a draw to the one ⌊p S⌋ places on. */
  @Test
  void holdsOneDrawMoreThanTheShare() {
    double[] draws = {5, 0, 1, 1.5, 1.75, 9};

    assertThat(HighestDensityInterval.of(draws, 0.5))
        .isEqualTo(new HighestDensityInterval(0, 1.75));
    assertThat(HighestDensityInterval.of(draws, 0.4))
        .isEqualTo(new HighestDensityInterval(1, 1.75));
    assertThat(HighestDensityInterval.of(draws, 1)).isEqualTo(new HighestDensityInterval(0, 9));
    assertThat(HighestDensityInterval.of(new double[] {3}, 0.1))
        .isEqualTo(new HighestDensityInterval(3, 3));
  }

  @Test
  void weightOfTwoIsADrawThatIsThereTwice() {
    SplittableRandom random = new SplittableRandom(8);
    for (int trial = 0; trial < 50; trial++) {
      double[] draws = random.doubles(40).toArray();
      int[] times = random.ints(40, 0, 4).toArray();
      int sum = Arrays.stream(times).sum();
      double[] repeated =
          IntStream.range(0, 40)
              .boxed()
              .flatMapToDouble(i -> IntStream.range(0, times[i]).mapToDouble(k -> draws[i]))
              .toArray();
      double[] weights = Arrays.stream(times).mapToDouble(k -> (double) k / sum).toArray();

      assertThat(HighestDensityInterval.of(draws, weights, 0.7))
          .isEqualTo(HighestDensityInterval.of(repeated, 0.7));
    }
  }

  @Test
  void nanHasNoInterval() {
    assertThat(HighestDensityInterval.of(new double[] {1, Double.NaN}, 0.5).low()).isNaN();
  }

  @Test
  void mistakesAreNamed() {
    assertThatThrownBy(() -> HighestDensityInterval.of(new double[] {1}, 95))
        .hasMessage(
            "highest density interval is asked for probability 95.0, but needs one above 0, at most"
                + " 1");
    assertThatThrownBy(() -> HighestDensityInterval.of(new double[0], 0.9))
        .hasMessage("highest density interval is of no draws; pass at least one");
    assertThatThrownBy(() -> HighestDensityInterval.of(new double[2], new double[3], 0.9))
        .hasMessage("highest density interval is of 2 draws, but 3 weights; pass one for each");
  }
}
