package org.ppl4j.infer.annealing;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.function.LongFunction;
import org.hipparchus.special.Gamma;
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
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** Particles over data that the prior draws, and the mean of their evidence over seeds. */
@Tag("acceptance")
@Tag("sampler.3")
class SmcAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int TRIALS = 1000;
  private static final long SEED = 20261205;

  /** Of three numbers, so that one of a hundred runs of all fails by chance. */
  private static final double LEAST = 0.01 / 3;

  private static final int SEEDS = 400;

  private static void judge(
      long seed, Program<NDArray> model, LongFunction<Simulated<NDArray>> simulator) {
    SimulationCalibration calibration =
        SimulationCalibration.of(
            TRIALS, seed, simulator, (data, noise) -> posterior(model, data, noise));
    for (String name : calibration.names()) {
      POINT.above(
          "smc, " + name + ", 1,000 trials: p of its ranks", calibration.pValue(name), LEAST);
    }
  }

  @MustBeClosed
  private static Samples posterior(Program<NDArray> model, NDArray data, long seed) {
    try (SmcRun<NDArray> run =
        Smc.of(model)
            .particles(500)
            .progress(Progress.silent())
            .config(RunConfig.defaults().withSeed(seed))
            .run(data)) {
      return run.posterior(data, SimulationCalibration.DRAWS);
    }
  }

  @Test
  void particlesAreCalibratedOnASkewedPosterior() {
    judge(SEED, CountedRate.MODEL, CountedRate::simulated);
  }

  @Test
  void particlesAreCalibratedOnALine() {
    judge(SEED + 1, MeasuredLine.MODEL, MeasuredLine::simulated);
  }

  /** Of as few particles as thirty, whose evidence is far off each time. */
  @Test
  void theEvidenceHasNoBias() {
    double exact =
        Gamma.logGamma(32)
            - 32 * Math.log(4)
            - Gamma.logGamma(3)
            - Gamma.logGamma(9)
            - Gamma.logGamma(13)
            - Gamma.logGamma(10);
    NDArray counts = Tensors.vector(8, 12, 9);
    double sum = 0;
    double squares = 0;
    int honest = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      try (SmcRun<NDArray> run =
          Smc.of(CountedRate.MODEL)
              .particles(30)
              .progress(Progress.silent())
              .config(RunConfig.defaults().withSeed(seed))
              .run(counts)) {
        double error = run.report().logEvidence() - exact;
        sum += Math.exp(error);
        squares += Math.exp(2 * error);
        honest += Math.abs(error) < 3 * run.report().standardError() ? 1 : 0;
      }
    }
    double mean = sum / SEEDS;
    double sd = Math.sqrt(squares / SEEDS - mean * mean);
    POINT.shown("smc of 30 particles, deviation of the evidence over its mean", sd);
    POINT.between(
        "smc of 30 particles, mean evidence of 400 seeds in standard errors from the exact one",
        (mean - 1) / (sd / Math.sqrt(SEEDS)),
        -3,
        3);
    POINT.atLeast("smc of 30 particles, of 400 within three stated errors", honest, 380);
  }
}
