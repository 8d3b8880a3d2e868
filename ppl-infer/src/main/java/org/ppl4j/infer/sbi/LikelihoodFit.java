package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.density.Dequantisation;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;

/**
 * Learns a likelihood of simulations: each flow is trained, and the one under which held-out data
 * are likelier is kept.
 *
 * @param parameters of the prior
 * @param flows at least one
 * @param training of each
 * @param members of each kind, an ensemble if there are several
 */
record LikelihoodFit(
    Program<@Nullable Void> prior,
    Parameters parameters,
    List<Flows> flows,
    Training training,
    int members,
    RunConfig config) {

  /** The best likelihood, which is the caller's to close. */
  @SuppressWarnings("MustBeClosed") // the likelihood closes the density that it keeps
  NeuralLikelihood fit(Simulations simulations) {
    double[] free = parameters.unconstrained(simulations);
    NDManager manager = config.newManager();
    try {
      NDArray theta = Observations.rows(manager, free, parameters.unconstrainedColumns());
      NDArray data = simulations.data(manager);
      ConditionalDensity best = density(flows.get(0), free, theta, data);
      for (Flows other : flows.subList(1, flows.size())) {
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        try {
          ConditionalDensity next = density(other, free, theta, data);
          boolean isBetter = PosteriorFit.heldOut(next) > PosteriorFit.heldOut(best);
          (isBetter ? best : next).close();
          best = isBetter ? next : best;
        } catch (RuntimeException e) {
          best.close();
          throw e;
        }
      }
      return new NeuralLikelihood(prior, parameters, best, manager);
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  @SuppressWarnings("MustBeClosed")
  private ConditionalDensity density(Flows flow, double[] free, NDArray theta, NDArray data) {
    return ConditionalDensityEstimator.of(StandardisedFlow.of(flow, free))
        .contextsAsTheyAre()
        .dequantisation(Dequantisation.none())
        .withoutBaselines()
        .calibration(0)
        .ensemble(members)
        .training(training)
        .fit(data, theta);
  }
}
