package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.random.RandomGenerator;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.flows.Flows;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.sbi.NeuralPosterior;
import org.ppl4j.infer.sbi.Npe;
import org.ppl4j.infer.sbi.Simulator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

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

  // region
  /** How many of a thousand are ill at the end of six weeks, by what one of them does in a day. */
  static final Simulator EPIDEMIC =
      (theta, rng) -> {
        RandomGenerator random = rng.asJava(); // for code that takes a generator of Java
        double[] ill = new double[6];
        double now = 10;
        double healthy = 990;
        for (int day = 0; day < 42; day++) {
          double infected = Math.min(healthy, theta[0] * now * healthy / 1000);
          double recovered = theta[1] * now * Math.exp(0.1 * random.nextGaussian());
          healthy -= infected;
          now = Math.max(0, now + infected - recovered);
          ill[day / 7] = now;
        }
        return ill;
      };

  static Summary ofAnEpidemic(int simulations) {
    double[] seen = EPIDEMIC.simulate(new double[] {0.4, 0.1}, Rng.of(1)); // or yours
    Distribution prior = Uniform.of(Tensors.vector(0, 0), Tensors.vector(1, 0.5)).toEvent(1);
    Npe npe = Npe.of(prior, EPIDEMIC, Flows::posterior);
    try (NeuralPosterior posterior = npe.fit(npe.simulate(simulations));
        Samples draws = posterior.posterior(Tensors.vector(seen), 2000)) {
      return draws.withLabels("theta", List.of("infects", "recovers")).summary();
    }
  }

  // endregion
}
