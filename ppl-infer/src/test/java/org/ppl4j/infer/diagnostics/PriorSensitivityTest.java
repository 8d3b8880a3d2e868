package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableMap;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;

/** Against the closed form of a normal prior and a normal likelihood, each to a power. */
class PriorSensitivityTest {

  private static final int DRAWS = 20_000;

  private static double[] logNormal(double[] x, double mean, double sd) {
    return Arrays.stream(x).map(each -> -Math.pow((each - mean) / sd, 2) / 2).toArray();
  }

  /** The posterior of N(0, prior) and N(at, likelihood), by its quantiles. */
  private static PriorSensitivity found(double prior, double at, double likelihood) {
    double precision = 1 / (prior * prior) + 1 / (likelihood * likelihood);
    NormalDistribution posterior =
        new NormalDistribution(
            at / (likelihood * likelihood) / precision, Math.sqrt(1 / precision));
    double[] draws =
        IntStream.range(0, DRAWS)
            .mapToDouble(i -> posterior.inverseCumulativeProbability((i + 0.5) / DRAWS))
            .toArray();
    return PriorSensitivity.of(
        ImmutableMap.of("mu", draws), logNormal(draws, 0, prior), logNormal(draws, at, likelihood));
  }

  @Test
  void momentsAreThoseOfTheScaledPrior() {
    PriorSensitivity.Row row = found(2, 1.5, 1).rows().get("mu");

    for (double power : new double[] {0.5, 2}) {
      PriorSensitivity.Scaled scaled = power < 1 ? row.half() : row.twice();
      double precision = power / 4 + 1;
      assertThat(scaled.mean()).isCloseTo(1.5 / precision, within(2e-3));
      assertThat(scaled.sd()).isCloseTo(Math.sqrt(1 / precision), within(5e-3));
    }
    assertThat(row.isConflict()).isFalse();
  }

  @Test
  void aPriorThatPullsAgainstTheDataIsAConflict() {
    PriorSensitivity.Row row = found(1, 3, 1).rows().get("mu");

    double shift = (1.5 - 1) / Math.sqrt(0.5); // N(0, 1)² and N(3, 1): mean 1
    assertThat(row.byPrior()).isCloseTo(shift, within(0.03));
    assertThat(row.isConflict()).isTrue();
    assertThat(row.isMostlyPrior()).isFalse();
  }

  @Test
  void whatDataSayNothingOfIsMostlyPrior() {
    PriorSensitivity.Row row = found(1, 0.5, 20).rows().get("mu");

    assertThat(row.byLikelihood()).isLessThan(0.1);
    assertThat(row.byPrior()).isGreaterThan(PriorSensitivity.LARGE);
    assertThat(row.isMostlyPrior()).isTrue();
  }

  @Test
  void aNumberThatDoesNotChangeIsLeftOut() {
    PriorSensitivity found =
        PriorSensitivity.of(Map.of("x", new double[] {1, 1}), new double[2], new double[2]);

    assertThat(found.rows()).isEmpty();
  }

  @Test
  void thereIsOneOfEachForEachDraw() {
    assertThatThrownBy(
            () -> PriorSensitivity.of(Map.of("x", new double[3]), new double[2], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("sensitivity is of 3 draws of 'x', but 2 log priors; pass one for each draw");
    assertThatThrownBy(() -> PriorSensitivity.of(Map.of(), new double[2], new double[1]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "sensitivity is of 2 log priors, but 1 log likelihoods; pass one of each for each"
                + " draw");
  }
}
