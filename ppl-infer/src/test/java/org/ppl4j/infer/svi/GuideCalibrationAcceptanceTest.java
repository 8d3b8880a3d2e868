package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.infer.autoguide.AutoMultivariateNormal;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Guides fitted to a normal posterior with correlation −0.7, over data that the prior draws. */
@Tag("acceptance")
@Tag("sampler.3")
class GuideCalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  private static final int STEPS = 1500;

  private static final int PARTICLES = 16;

  private static final double RATE = 0.02;

  private static final long SEED = 20261203;

  /** Of two tests, so that one of a hundred runs of both fails by chance. */
  private static final double LEAST = 0.01 / 2;

  /**
   * Settings that a thousand fits have time for: a number of steps, few particles, and the average
   * of the last iterates.
   */
  @MustBeClosed
  private static Samples fit(Program<NDArray> guide, NDArray y, long seed) {
    try (Svi<NDArray> svi =
        Svi.builder(MeasuredLine.MODEL, guide)
            .config(RunConfig.defaults().withSeed(seed))
            .optimizer(Adam.withRate(RATE))
            .particles(PARTICLES)
            .averaging(Averaging.polynomial(3))
            .stopping(StoppingRule.never())
            .progress(Progress.silent())
            .build()) {
      svi.run(y, STEPS);
      return svi.posterior(y, SimulationCalibration.DRAWS);
    }
  }

  @Test
  void aGuideOfFullRankIsCalibrated() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED,
            MeasuredLine::simulated,
            (y, seed) -> fit(AutoMultivariateNormal.of(MeasuredLine.MODEL), y, seed));
    for (String name : calibration.names()) {
      double p = calibration.pValue(name);
      POINT.above("svi of full rank, " + name + ", 1,000 trials: p of its ranks", p, LEAST);
    }
  }

  /** It is as narrow as the conditional distributions: √(1 − 36 / 75) = 0.72. */
  @Test
  void aGuideOfIndependentNumbersIsSeen() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED + 1,
            MeasuredLine::simulated,
            (y, seed) -> fit(AutoNormal.of(MeasuredLine.MODEL), y, seed));
    for (String name : calibration.names()) {
      double p = calibration.pValue(name);
      POINT.atMost("planted: independent numbers, " + name + ", p of its ranks", p, 1e-6);
    }
  }
}
