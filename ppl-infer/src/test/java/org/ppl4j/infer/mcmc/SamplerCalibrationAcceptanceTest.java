package org.ppl4j.infer.mcmc;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.MeasuredLine;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.SimulationCalibration;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Samplers, as they are by default, over data that the prior draws. */
@Tag("acceptance")
@Tag("sampler.3")
class SamplerCalibrationAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;

  private static final long SEED = 20261201;

  /** Of four tests, so that one of a hundred runs of all fails by chance. */
  private static final double LEAST = 0.01 / 4;

  /**
   * The rate given the first count. Chains move in its logarithm: the density here lacks what that
   * brings, as if the rate were of Gamma(2, 1).
   */
  private static final Program<NDArray> WITHOUT_JACOBIAN =
      (p, counts) -> {
        NDArray rate = p.sample("rate", Gamma.of(3, 1));
        p.factor("left out", rate.log().neg());
        try (Plate plate = p.plate("counts", 1)) {
          p.observe("count", Poisson.of(rate), plate.take(Tensors.range(counts, -1, 0, 1)));
        }
      };

  private static Nuts<NDArray> nuts(Program<NDArray> model, long seed) {
    return Nuts.of(model).progress(Progress.silent()).config(RunConfig.defaults().withSeed(seed));
  }

  /** Draws of all chains, as far apart as can be. */
  @MustBeClosed
  private static Samples thinned(Mcmc<NDArray, ?> sampler, NDArray data) {
    try (McmcRun<NDArray> run = sampler.run(data)) {
      return run.posterior(data, SimulationCalibration.DRAWS);
    }
  }

  @Test
  void nutsIsCalibratedOnASkewedPosterior() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED,
            CountedRate::simulated,
            (counts, seed) -> thinned(nuts(CountedRate.MODEL, seed), counts));
    POINT.above("nuts, rate, 1,000 trials: p of its ranks", calibration.pValue("rate"), LEAST);
  }

  @Test
  void nutsIsCalibratedOnALine() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED + 1,
            MeasuredLine::simulated,
            (y, seed) -> thinned(nuts(MeasuredLine.MODEL, seed), y));
    for (String name : calibration.names()) {
      double p = calibration.pValue(name);
      POINT.above("nuts, " + name + ", 1,000 trials: p of its ranks", p, LEAST);
    }
  }

  @Test
  void hmcIsCalibratedOnASkewedPosterior() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED + 2,
            CountedRate::simulated,
            (counts, seed) ->
                thinned(
                    Hmc.of(CountedRate.MODEL)
                        .progress(Progress.silent())
                        .config(RunConfig.defaults().withSeed(seed)),
                    counts));
    POINT.above("hmc, rate, 1,000 trials: p of its ranks", calibration.pValue("rate"), LEAST);
  }

  @Test
  void aJacobianThatIsLeftOutIsSeen() {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS,
            SEED + 3,
            CountedRate::simulated,
            (counts, seed) ->
                thinned(nuts(WITHOUT_JACOBIAN, seed).chains(1).warmup(300).draws(990), counts));
    POINT.atMost("planted: a Jacobian left out, p of the ranks", calibration.pValue("rate"), 1e-6);
  }
}
