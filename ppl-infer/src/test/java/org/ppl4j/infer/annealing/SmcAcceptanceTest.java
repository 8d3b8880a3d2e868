package org.ppl4j.infer.annealing;

import ai.djl.ndarray.NDArray;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.CountedRate;
import org.ppl4j.infer.Progress;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.AcceptancePoint;

/** The mean of the evidence of particles over seeds. */
@Tag("acceptance")
@Tag("sampler.3")
class SmcAcceptanceTest {

  private static final AcceptancePoint POINT = new AcceptancePoint("sampler.3");

  private static final int SEEDS = 400;

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
