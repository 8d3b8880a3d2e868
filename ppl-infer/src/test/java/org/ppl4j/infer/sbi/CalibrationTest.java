package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Range;
import com.google.common.primitives.ImmutableIntArray;
import java.util.function.DoubleUnaryOperator;
import java.util.stream.IntStream;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.infer.density.AffineFlows;
import org.ppl4j.testing.LeakCheck;

/** Ranks and coverage of posteriors that are right, and of some that are not. */
@ExtendWith(LeakCheck.class)
class CalibrationTest {

  private static final double[] LEVELS = {0.5, 0.8, 0.95};

  /** x = θ + noise, with more or less of it than the posterior learned from. */
  private static Npe npe(double noise) {
    return NpeTest.quick(
        Npe.of(
            Normal.standard(2).toEvent(1),
            (theta, rng) ->
                new double[] {
                  theta[0] + noise * rng.nextNormal(), theta[1] + noise * rng.nextNormal()
                },
            AffineFlows::regression));
  }

  private static Calibration calibration(double learned, double true_) {
    Npe npe = npe(learned);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(4000))) {
      return npe(true_).calibrate(posterior, 600, 99);
    }
  }

  @Test
  void posteriorsThatAreRightAreCalibrated() {
    Calibration calibration = calibration(0.5, 0.5);

    assertThat(calibration.trials()).isEqualTo(600);
    assertThat(calibration.draws()).isEqualTo(99);
    assertThat(calibration.names()).containsExactly("theta[1]", "theta[2]");
    for (double level : LEVELS) {
      assertThat(calibration.band(level, 0.999).contains(calibration.coverage(level)))
          .as("coverage of %s is %s", level, calibration.coverage(level))
          .isTrue();
    }
    assertThat(calibration.coverage(0)).isZero();
    assertThat(calibration.coverage(1)).isEqualTo(1);
    for (String name : calibration.names()) {
      int[] counts = new int[10];
      calibration.ranks(name).forEach(rank -> counts[rank / 10]++);
      double statistic = IntStream.of(counts).mapToDouble(k -> (k - 60) * (k - 60) / 60.0).sum();
      // The 0.999 quantile of chi square with 9 degrees.
      assertThat(statistic).isLessThan(27.9);
    }
  }

  /** Simulations of the same prior are near, those of another simulator are not. */
  @Test
  @Tag("trust.8")
  void calibrationSaysWhetherItsDataAreLikeThoseThatWereLearned() {
    Npe npe = npe(0.5);
    Npe other = npe(9);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(1000))) {
      Calibration near = npe.calibrate(posterior, 1000, 9);
      assertThat(near.far()).isLessThanOrEqualTo(10);
      assertThat(near.warning()).isEmpty();
      assertThat(near.toString()).doesNotContain("warning");

      Calibration far = other.calibrate(posterior, 200, 9);
      assertThat(far.far()).isGreaterThan(100);
      assertThat(far.toString())
          .endsWith(
              "  warning: "
                  + far.far()
                  + " of 200 trials have data far from all simulations that were learned from;"
                  + " learn from simulations of the same prior and simulator");
    }
  }

  @Test
  void posteriorOfAnotherSimulatorIsRefused() {
    Npe npe = npe(0.5);
    Npe other =
        NpeTest.quick(
            Npe.of(
                Normal.standard(2).toEvent(1),
                (theta, rng) -> new double[] {theta[0]},
                AffineFlows::regression));
    try (NeuralPosterior posterior = npe.fit(npe.simulate(100))) {
      assertThatThrownBy(() -> other.calibrate(posterior, 20, 9))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "posterior was learned from 2 parameters and 2 numbers of data, but this npe"
                  + " simulates 2 and 1; calibrate it with the npe that learned it");
    }
  }

  @Test
  void posteriorsThatAreTooSureOrNotSureEnoughAreFound() {
    Calibration tooSure = calibration(0.5, 1);
    Calibration notSure = calibration(1, 0.5);
    for (double level : new double[] {0.5, 0.8}) {
      assertThat(tooSure.coverage(level)).isLessThan(tooSure.band(level, 0.999).lowerEndpoint());
      assertThat(notSure.coverage(level)).isGreaterThan(notSure.band(level, 0.999).upperEndpoint());
    }
    assertThat(tooSure.ranks("theta[1]").stream().filter(rank -> rank < 10 || rank >= 90).count())
        .isGreaterThan(180);
    assertThat(notSure.ranks("theta[1]").stream().filter(rank -> rank < 10 || rank >= 90).count())
        .isLessThan(95);
  }

  private static Calibration of(int... depths) {
    return new Calibration(
        9,
        0,
        ImmutableList.of("a"),
        ImmutableList.of(ImmutableIntArray.copyOf(depths)),
        ImmutableIntArray.copyOf(depths),
        ImmutableIntArray.copyOf(depths));
  }

  /** Trials of 99 draws, each rank and depth a function of a number that is even on 0 to 1. */
  private static Calibration even(DoubleUnaryOperator rank, DoubleUnaryOperator depth) {
    int trials = 1000;
    return new Calibration(
        99,
        0,
        ImmutableList.of("a", "b"),
        ImmutableList.of(counts(trials, rank), counts(trials, u -> u)),
        counts(trials, depth),
        counts(trials, u -> u));
  }

  private static ImmutableIntArray counts(int trials, DoubleUnaryOperator of) {
    return ImmutableIntArray.copyOf(
        IntStream.range(0, trials)
            .map(i -> (int) Math.min(99, 100 * of.applyAsDouble((i + 0.5) / trials))));
  }

  @Test
  void whatSpeaksAgainstAPosteriorIsSaid() {
    DoubleUnaryOperator right = u -> u;
    assertThat(even(right, right).warnings()).isEmpty();
    assertThat(even(right, right).toString()).doesNotContain("warning");
    // As chance alone may have it.
    assertThat(even(u -> Math.pow(u, 1.05), u -> Math.pow(u, 1.05)).warnings()).isEmpty();
    assertThat(even(right, Math::sqrt).warnings())
        .containsExactly(
            "the region of 50% holds the truth in 25.0% of the trials: the posterior is surer than"
                + " it may be; learn from more simulations, or by another flow");
    assertThat(even(right, u -> u * u).warnings().get(0))
        .startsWith("the region of 50% holds the truth in 70.7% of the trials: the posterior is")
        .contains("less sure than it might be");
    assertThat(even(u -> u * u, right).warnings())
        .containsExactly(
            "'a' is in the lower half of its draws in 70.7% of the trials, not 50.0%: they lie too"
                + " high; learn from more simulations, or by another flow");
    assertThat(even(Math::sqrt, right).warnings().get(0)).contains("they lie too low;");
    assertThat(even(u -> (1 + Math.sin(Math.PI * (u - 0.5))) / 2, right).warnings())
        .containsExactly(
            "'a' is in the middle half of its draws in 33.4% of the trials, not 50.0%: they are too"
                + " narrow; learn from more simulations, or by another flow");
    assertThat(even(u -> 0.5 + Math.pow(2 * u - 1, 3) / 2, right).warnings().get(0))
        .contains("they are too wide;");
    assertThat(even(u -> u * u, right).toString()).contains("\n  warning: 'a' is in the lower");
  }

  @Test
  void coverageCountsTheDepthsBelowTheLevel() {
    Calibration calibration = of(0, 0, 3, 5, 9);
    assertThat(calibration.coverage(0.1)).isEqualTo(0.4);
    assertThat(calibration.coverage(0.3)).isEqualTo(0.4);
    assertThat(calibration.coverage(0.4)).isEqualTo(0.6);
    assertThat(calibration.coverage(0.9)).isEqualTo(0.8);
    assertThat(calibration.coverage(1)).isEqualTo(1);
    assertThat(calibration.toString())
        .isEqualTo(
            "calibration: 5 trials of 9 draws%n".formatted()
                + "  the region of 50% holds the truth in 60.0% (0.0% to 100.0% if it is right)%n"
                    .replace("%n", System.lineSeparator())
                + "  the region of 80% holds the truth in 80.0% (20.0% to 100.0% if it is right)%n"
                    .replace("%n", System.lineSeparator())
                + "  the region of 95% holds the truth in 100.0% (60.0% to 100.0% if it is right)");
    assertThatThrownBy(() -> calibration.coverage(1.2))
        .hasMessage("level is 1.2, but must be from 0 to 1");
    assertThatThrownBy(() -> calibration.band(0.5, 1))
        .hasMessage("band has probability 1.0, but must have one above 0 and below 1");
    assertThatThrownBy(() -> calibration.ranks("b"))
        .hasMessage("calibration has no parameter 'b', only [a]; ask for one of these");
  }

  @Test
  void trialsOfTwoAreJoined() {
    Calibration first = of(9, "a", 0, 5);
    Calibration second = of(9, "a", 9);

    Calibration both = first.and(second);

    assertThat(both.trials()).isEqualTo(3);
    assertThat(both.far()).isEqualTo(2);
    assertThat(both.depths()).isEqualTo(ImmutableIntArray.of(0, 5, 9));
    assertThat(both.nearer()).isEqualTo(both.depths());
    assertThat(both.ranks("a")).isEqualTo(both.depths());
    assertThat(both.coverage(0.6)).isCloseTo(2 / 3.0, within(1e-15));
    Calibration other = of(9, "b", 0);
    assertThatThrownBy(() -> first.and(other))
        .hasMessage(
            "calibration of [a] by 9 draws cannot be joined with one of [b] by 9; calibrate both"
                + " alike");
    Calibration fewer = of(8, "a", 0);
    assertThatThrownBy(() -> first.and(fewer)).hasMessageContaining("by 8;");
  }

  private static Calibration of(int draws, String name, int... counts) {
    ImmutableIntArray depths = ImmutableIntArray.copyOf(counts);
    return new Calibration(
        draws, 1, ImmutableList.of(name), ImmutableList.of(depths), depths, depths);
  }

  @Test
  void bandIsThatOfTheBinomialLaw() {
    Calibration calibration = of(new int[400]);
    for (double level : new double[] {0, 0.01, 0.5, 0.95, 1}) {
      BinomialDistribution binomial = new BinomialDistribution(400, level);
      for (double probability : new double[] {0.5, 0.99}) {
        Range<Double> band = calibration.band(level, probability);
        int low = (int) Math.round(400 * band.lowerEndpoint());
        int high = (int) Math.round(400 * band.upperEndpoint());
        double side = (1 - probability) / 2;
        assertThat(binomial.cumulativeProbability(low - 1)).isLessThanOrEqualTo(side + 1e-9);
        assertThat(binomial.cumulativeProbability(low)).isGreaterThan(side - 1e-9);
        assertThat(binomial.cumulativeProbability(high)).isGreaterThanOrEqualTo(1 - side - 1e-9);
        assertThat(binomial.cumulativeProbability(high - 1)).isLessThan(1 - side + 1e-9);
        assertThat(band.lowerEndpoint()).isCloseTo(level, within(0.1));
      }
    }
  }

  @Test
  void posteriorsOfOneObservationAreRefused() {
    Npe npe = npe(0.5);
    try (NDManager manager = NDManager.newBaseManager();
        NeuralPosterior posterior = npe.sequential(manager.create(new double[] {0, 0}), 1, 100)) {
      assertThatThrownBy(() -> npe.calibrate(posterior, 10, 10))
          .hasMessage(
              "posterior was learned in rounds for one observation, but calibration is over those"
                  + " of the prior; learn it in one round");
      assertThatThrownBy(() -> npe.calibrate(posterior, 0, 10))
          .hasMessage("calibration has 0 trials of 10 draws, but needs at least 1 of each");
    }
  }
}
