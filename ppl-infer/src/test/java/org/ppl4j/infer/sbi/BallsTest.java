package org.ppl4j.infer.sbi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import org.hipparchus.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.internal.RankUniformity;
import org.ppl4j.tensor.Rng;
import org.ppl4j.testing.AcceptancePoint;

/**
 * Balls around reference points and ranks, of posteriors that are formulas: of a mean of two
 * coordinates with a standard normal prior given one observation with a deviation of 0.5.
 */
class BallsTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("tables.8");

  private static final int DIM = 2;
  private static final int DRAWS = 99;
  private static final double NOISE = 0.5;

  /**
   * A posterior that is right but for these.
   *
   * @param slope of its means, times what is right
   * @param shift of its means, in its deviations
   * @param spread its deviations, times what is right
   */
  private record Planted(double slope, double shift, double spread) implements Calibrating.Judged {

    private double mean(double x) {
      return slope * x / (1 + NOISE * NOISE) + shift * sd();
    }

    private static double sd() {
      return NOISE / Math.sqrt(1 + NOISE * NOISE);
    }

    @Override
    public double[] draws(double[] observations, int each, long stream) {
      Rng rng = Rng.of(5, Rng.Purpose.PREDICT, stream, "planted");
      double[] draws = new double[each * observations.length];
      Arrays.setAll(
          draws,
          i -> mean(observations[i % observations.length]) + spread * sd() * rng.nextNormal());
      return draws;
    }

    @Override
    public double[] logProb(double[] rows, double[] observations) {
      double[] logs = new double[rows.length / DIM];
      for (int i = 0; i < rows.length; i++) {
        double z = (rows[i] - mean(observations[i])) / (spread * sd());
        logs[i / DIM] -= z * z / 2;
      }
      return logs;
    }

    @Override
    public double[] distances(double[] observations) {
      return new double[observations.length / DIM];
    }
  }

  private static Simulations simulations(int trials, long seed) {
    Rng rng = Rng.of(seed, Rng.Purpose.MODEL, 0, "trials");
    double[] parameters = new double[DIM * trials];
    double[] data = new double[DIM * trials];
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = rng.nextNormal();
      data[i] = parameters[i] + NOISE * rng.nextNormal();
    }
    return new Simulations(trials, parameters, data, ImmutableList.of());
  }

  private static Calibration of(Planted planted, int trials, long seed) {
    return Calibrating.of(
        planted, simulations(trials, seed), DRAWS, ImmutableList.of("theta[1]", "theta[2]"));
  }

  @Test
  @Tag("tables.8")
  void plantedPosteriorsAreFoundAndRightOnesAreNot() {
    int right = 20;
    int laws = right * (1 + DIM);
    double least = 1;
    for (int seed = 0; seed < right; seed++) {
      Calibration calibration = of(new Planted(1, 0, 1), 1000, seed);
      least = Math.min(least, calibration.ballPValue());
      for (String name : calibration.names()) {
        least = Math.min(least, calibration.pValue(name));
      }
    }
    POINT.atLeast("least p of " + laws + " of right posteriors", least, 0.01 / laws);
    Calibration biased = of(new Planted(1, 0.8, 1), 1000, 0);
    POINT.atMost("p of balls, biased", biased.ballPValue(), 1e-4);
    POINT.atMost("p of ranks, biased", biased.pValue("theta[1]"), 1e-4);
    Calibration tooSure = of(new Planted(1, 0, 0.7), 1000, 0);
    POINT.atMost("p of balls, too sure", tooSure.ballPValue(), 1e-4);
    POINT.atMost("p of ranks, too sure", tooSure.pValue("theta[2]"), 1e-4);
  }

  /** The prior is calibrated in each parameter and in its densities, but other data tell more. */
  @Test
  void posteriorsThatLearnedNothingAreFound() {
    double ofPrior = 1 / Planted.sd();
    Calibration calibration = of(new Planted(0, 0, ofPrior), 1000, 1);

    assertThat(calibration.pValue("theta[1]")).isGreaterThan(1e-3);
    assertThat(calibration.ballPValue()).isLessThan(1e-10);
    assertThat(calibration.warnings())
        .singleElement()
        .asString()
        .matches(
            "on average 1\\d\\.\\d% of the draws are nearer to reference points than the truth, not"
                + " 50%, p = .*: the posterior is biased, or has not learned all that data tell;"
                + " learn from more simulations, or by another flow");
  }

  @Test
  void ballsHoldTheTruthAsOftenAsTheirMass() {
    Calibration calibration = of(new Planted(1, 0, 1), 1000, 2);

    for (double level : new double[] {0.1, 0.5, 0.9}) {
      assertThat(calibration.band(level, 0.999).contains(calibration.ballCoverage(level))).isTrue();
    }
    assertThat(calibration.toString()).contains("\n  ranks of 'theta[1]': p = 0.");
    assertThat(calibration.toString()).contains("\n  balls: p = 0.");
  }

  /** The parameters of the nearest data before, and the medians for the first. */
  @Test
  void referencesAreTheNearestBefore() {
    double[] parameters = {3, 1, 2, 9, 4};
    double[] data = {0, 10, 1, 9, 0.4};
    ReferencePoints points =
        ReferencePoints.of(new Simulations(5, parameters, data, ImmutableList.of()));

    double unit = (4 - 2) / 2.0;
    double[] expected = {3, 3, 3, 1, 3};
    for (int i = 0; i < 5; i++) {
      assertThat(points.distance(i, new double[] {0, 7}, 1))
          .isEqualTo(Math.pow((7 - expected[i]) / unit, 2));
    }
  }

  @Test
  void uniformityIsJudgedByChiSquare() {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "ranks");
    int[] ranks = new int[300];
    Arrays.setAll(ranks, i -> (int) (50 * Math.pow(rng.nextUniform(), 1.2)));
    // Of 50 ranks the seven bins hold 8, 7, 7, 7, 7, 7 and 7.
    double[] expected = {8, 7, 7, 7, 7, 7, 7};
    long[] found = new long[7];
    for (int rank : ranks) {
      found[rank * 7 / 50]++;
    }

    double p = RankUniformity.pValue(ImmutableIntArray.copyOf(ranks), 49, 7);

    assertThat(p).isCloseTo(new ChiSquareTest().chiSquareTest(expected, found), within(1e-12));
    ImmutableIntArray few = ImmutableIntArray.of(1, 2);
    assertThatThrownBy(() -> RankUniformity.pValue(few, 9, 2))
        .hasMessage("calibration has 2 trials, too few for 2 bins; make at least 10");
    assertThatThrownBy(() -> RankUniformity.pValue(few, 9, 11))
        .hasMessage("ranks 0 to 9 are counted in 11 bins, but there must be from 2 to 10");
  }
}
