package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Program;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Simulated;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.AcceptancePoint;

/** Chains that make no trajectories, over data that the prior draws. */
@Tag("acceptance")
@Tag("sampler.3")
class SamplersCalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  private static final long SEED = 20261204;

  /** Of five numbers, so that one of a hundred runs of all fails by chance. */
  private static final double LEAST = 0.01 / 5;

  /** 30 iterations between draws that are kept. */
  private static final int DRAWS = 30 * SimulationCalibration.DRAWS;

  private static void judge(
      String name,
      long seed,
      Program<NDArray> model,
      LongFunction<Simulated<NDArray>> simulator,
      Function<Program<NDArray>, Mcmc<NDArray, ?>> sampler) {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS, seed, simulator, (data, noise) -> thinned(sampler.apply(model), data, noise));
    for (String number : calibration.names()) {
      POINT.above(
          name + ", " + number + ", 1,000 trials: p of its ranks",
          calibration.pValue(number),
          LEAST);
    }
  }

  @MustBeClosed
  private static Samples thinned(Mcmc<NDArray, ?> sampler, NDArray data, long seed) {
    try (McmcRun<NDArray> run =
        sampler
            .chains(1)
            .warmup(1000)
            .draws(DRAWS)
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(seed))
            .run(data)) {
      return run.posterior(data, SimulationCalibration.DRAWS);
    }
  }

  @Test
  void langevinIsCalibratedOnASkewedPosterior() {
    judge(
        "adjusted Langevin", SEED, CountedRate.MODEL, CountedRate::simulated, AdjustedLangevin::of);
  }

  @Test
  void randomWalksAreCalibratedOnASkewedPosterior() {
    judge("random walk", SEED + 1, CountedRate.MODEL, CountedRate::simulated, RandomWalk::of);
  }

  @Test
  void slicesByThePriorAreCalibratedOnALine() {
    judge(
        "elliptical slice",
        SEED + 2,
        MeasuredLine.MODEL,
        MeasuredLine::simulated,
        EllipticalSlice::of);
  }

  @Test
  void slicesThatLearnAreCalibratedOnASkewedPosterior() {
    judge(
        "learned slice", SEED + 3, CountedRate.MODEL, CountedRate::simulated, EllipticalSlice::of);
  }
}
