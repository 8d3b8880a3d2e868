package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Probabilities that are mapped to those that come true. */
class RecalibratedDistributionTest {

  private static final Recalibration MAP = new Recalibration(0.3, 1.7);

  private static Tables numbers(double... numbers) {
    return new Tables(new Table("y", 1, numbers), null);
  }

  private static RecalibratedDistribution of(KnownLaw law) {
    return new RecalibratedDistribution(law, MAP);
  }

  @Test
  void aNormalIsMappedToAnother() {
    NormalDistribution normal = new NormalDistribution(2 + 0.3 * 3, 3 * 1.7);
    RecalibratedDistribution mapped = of(KnownLaw.normal(2, 3));
    double[] at = {-40, -10, -1, 0, 2, 2.9, 5, 12, 20};
    double[] logs = mapped.logProb(numbers(at));
    double[] cdf = mapped.cdf(numbers(at));
    double[] back = mapped.quantile(numbers(cdf));
    for (int i = 0; i < at.length; i++) {
      assertThat(cdf[i]).isEqualTo(normal.cumulativeProbability(at[i]), within(1e-10));
      if (Math.abs(at[i] - 2) < 3 * 6) {
        assertThat(logs[i]).isEqualTo(normal.logDensity(at[i]), within(1e-6));
        assertThat(back[i]).isEqualTo(at[i], within(1e-5));
      }
    }
  }

  @Test
  void tailsStayFinite() {
    RecalibratedDistribution mapped = of(KnownLaw.normal(0, 1));
    for (double log : mapped.logProb(numbers(-1e3, -30, 30, 1e3))) {
      assertThat(log).isFinite().isNegative();
    }
    assertThat(mapped.quantile(numbers(0, 1)))
        .containsExactly(Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    assertThat(MAP.inverse(1e-300)).isPositive();
    assertThat(MAP.inverse(1 - 1e-16)).isLessThan(1);
    assertThat(MAP.of(1e-300)).isBetween(1e-130, 1e-100);
    assertThat(mapped.logProb(numbers(Double.NaN))).containsOnly(Double.NaN);
  }

  @Test
  void massesAreWhatTheCdfRisesBy() {
    RecalibratedDistribution mapped =
        new RecalibratedDistribution(
            KnownLaw.normal(0.5, 1).floor(0), new Recalibration(-0.2, 1.3));
    Tables zero = numbers(0);
    assertThat(mapped.below(zero)).containsExactly(0);
    assertThat(Math.exp(mapped.logProb(zero)[0])).isEqualTo(mapped.cdf(zero)[0], within(1e-12));
    double integral = mapped.cdf(zero)[0];
    double step = 1e-3;
    double[] at = new double[12_000];
    Arrays.setAll(at, i -> (i + 0.5) * step);
    for (double log : mapped.logProb(numbers(at))) {
      integral += Math.exp(log) * step;
    }
    assertThat(integral).isEqualTo(1, within(1e-6));
  }

  @Test
  void drawsAreOfItsLaw() {
    RecalibratedDistribution mapped = of(KnownLaw.normal(0, 1));
    Table draws = mapped.draws(20_000, null, 7);
    assertThat(mapped.draws(20_000, null, 7).values()).containsExactly(draws.values());
    assertThat(Standardisation.deviation(draws.values())).isEqualTo(1.7, within(0.04));
    assertThat(Arrays.stream(draws.values()).average().orElseThrow()).isEqualTo(0.3, within(0.06));
  }

  private static double[] places(double mean, double deviation, int rows, long seed) {
    Table drawn = KnownLaw.normal(mean, deviation).draws(rows, null, seed);
    return KnownLaw.normal(0, 1).cdf(new Tables(drawn, null));
  }

  @Test
  void whatIsWrongIsFound() {
    Recalibration found = Recalibration.of(places(0.3, 1.7, 5000, 1), null);
    assertThat(found.mean()).isEqualTo(0.3, within(0.1));
    assertThat(found.deviation()).isEqualTo(1.7, within(0.07));
    Recalibration fewer = Recalibration.of(places(0.3, 1.7, 79, 1), null);
    assertThat(fewer.deviation()).isBetween(1.35, 1.95);
  }

  /** Of what is right the mean gain is minus a fraction of a parameter's, 1 / 2n each. */
  @Test
  void whatIsRightStaysAboutAsItIs() {
    int sets = 400;
    int n = 119;
    double lost = 0;
    int none = 0;
    for (int i = 0; i < sets; i++) {
      Recalibration found = Recalibration.of(places(0, 1, n, 100 + i), null);
      double b = found.deviation();
      lost += Math.log(b) + (1 + found.mean() * found.mean()) / (2 * b * b) - 0.5;
      none += found.isNone() ? 1 : 0;
    }
    assertThat(none).isGreaterThan(sets / 3);
    assertThat(lost / sets).isLessThan(0.5 / n);
    assertThat(Recalibration.of(places(0, 5, 19, 1), null).isNone()).isTrue();
  }

  @Test
  void oneFarRowAloneSaysLittle() {
    double[] places = places(0, 1, 200, 3);
    double before = Recalibration.of(places, null).deviation();
    places[0] = 1;
    assertThat(Recalibration.of(places, null).deviation()).isEqualTo(before, within(0.12));
  }

  /** Two laws that are too sure, with a mass at 0, of rows of another law. */
  @Test
  void mixturesAreMappedByTheirComponents() {
    MixtureDistribution mixture =
        new MixtureDistribution(
            List.of(KnownLaw.normal(0.2, 0.7).floor(0), KnownLaw.normal(0.6, 0.6).floor(0)),
            new double[] {0.4, 0.6});
    Table rows = KnownLaw.normal(0.5, 1).floor(0).draws(1999, null, 1);
    Tables table = new Tables(rows, null);
    Calibrated calibrated = Calibrated.of(mixture, table, 5);
    RowDistribution mapped = calibrated.rows();
    assertThat(mapped).isInstanceOf(MixtureDistribution.class);
    double[] scores =
        Arrays.stream(calibrated.ranks().column(0))
            .map(u -> new NormalDistribution(0, 1).inverseCumulativeProbability(u))
            .toArray();
    assertThat(Arrays.stream(scores).average().orElseThrow()).isEqualTo(0, within(0.02));
    assertThat(Standardisation.deviation(scores)).isEqualTo(1, within(0.02));
    double mass = Math.exp(mapped.logProb(numbers(0))[0]);
    assertThat(mapped.cdf(numbers(0))[0]).isEqualTo(mass, within(1e-12));
    // Draws are of the cdf, the mass with them, and have the mean that is said.
    double[] draws = mapped.draws(4000, null, 3).values();
    double[] places =
        ConformalRanks.places(
            mapped,
            new Tables(new Table("y", 1, draws), null),
            Rng.of(1, Rng.Purpose.PLATE, 0, "places"));
    assertThat(
            new KolmogorovSmirnovTest()
                .kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), places))
        .isGreaterThan(0.01);
    assertThat(mapped.mean(1, null)[0])
        .isEqualTo(Arrays.stream(draws).average().orElseThrow(), within(0.05));
    // What is less likely than the mass has the quantile 0, what is more one of its own.
    assertThat(mapped.quantile(numbers(1e-9, mass / 2, mass))).containsOnly(0);
    double[] levels = {mass + 1e-6, 0.5, 0.9, 0.9999};
    double[] back = mapped.cdf(numbers(mapped.quantile(numbers(levels))));
    for (int i = 0; i < levels.length; i++) {
      assertThat(back[i]).isEqualTo(levels[i], within(1e-10));
    }
  }

  @Test
  void meansAreThoseOfTheLaw() {
    Table x = new Table("x", 1, new double[] {1, 2});
    double[] means = KnownLaw.of(new LogNormalDistribution(0.5, 1)).slope(2).mean(2, x);
    double mean = new LogNormalDistribution(0.5, 1).getNumericalMean();
    assertThat(means[0]).isEqualTo(2 + mean, within(1e-5));
    assertThat(means[1]).isEqualTo(4 + mean, within(1e-5));
    // Of a normal cut off at its own mean: its deviation over √(2π).
    assertThat(KnownLaw.normal(0, 1).floor(0).mean(1, null)[0])
        .isEqualTo(1 / Math.sqrt(2 * Math.PI), within(1e-5));
  }

  @Test
  void severalColumnsAreRefused() {
    RowDistribution two = KnownColumns.of(KnownLaw.normal(0, 1), KnownLaw.normal(0, 1));
    assertThatThrownBy(() -> new RecalibratedDistribution(two, MAP))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("recalibration is of rows of one column, but these have 2; leave it out");
  }
}
