package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.Simulator;

/** The blocks of the page simulators.md. */
final class SimulatorsPage {

  private SimulatorsPage() {}

  // region
  static Summary bySimulation(Simulator simulator, NDArray observation) {
    Npe npe = Npe.of(Uniform.of(-3, 3), simulator, Flows::posterior).or(Flows::regression);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(5000));
        Samples draws = posterior.posterior(observation, 2000)) {
      System.out.println(npe.calibrate(posterior, 200, 99)); // does it cover the truth as it says?
      return draws.summary();
    }
  }

  // endregion
}
