package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;

/**
 * Learns a posterior of simulations: each flow is trained, and the one under which held-out
 * simulations are likelier is kept.
 *
 * @param parameters of the prior
 * @param flows at least one
 * @param training of each
 * @param config of what the posterior draws
 */
record PosteriorFit(Parameters parameters, List<Flows> flows, Training training, RunConfig config) {

  /**
   * The best posterior.
   *
   * @param proposals what the simulations are of, in rounds for one observation; null if all are of
   *     the prior, for all observations
   * @throws IllegalArgumentException as {@link Npe#fit(Simulations)}
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the posterior closes the density that it keeps
  NeuralPosterior fit(Simulations simulations, @Nullable Proposals proposals) {
    checkArgument(
        simulations.parameterColumns() == parameters.columns(),
        "simulations have %s parameters, but the prior has %s; pass simulations of this prior",
        simulations.parameterColumns(),
        parameters.columns());
    if (proposals != null) {
      Observations.checkWidth(proposals.observation().length, simulations.dataColumns());
    }
    NDManager manager = NDManager.newBaseManager(config.device());
    try {
      NDArray theta =
          Observations.rows(manager, unconstrained(simulations), parameters.unconstrainedColumns());
      NDArray data = simulations.data(manager);
      ConditionalDensity best = fit(flows.get(0), theta, data);
      for (Flows other : flows.subList(1, flows.size())) {
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        ConditionalDensity density = fit(other, theta, data);
        boolean isBetter = heldOut(density) > heldOut(best);
        (isBetter ? best : density).close();
        best = isBetter ? density : best;
      }
      try {
        return new NeuralPosterior(parameters, best, manager, config, proposals);
      } catch (RuntimeException e) {
        best.close();
        throw e;
      }
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  @MustBeClosed
  private ConditionalDensity fit(Flows flow, NDArray theta, NDArray data) {
    return ConditionalDensityEstimator.of(flow)
        .constantContexts()
        .training(training)
        .fit(theta, data);
  }

  private static double heldOut(ConditionalDensity density) {
    return density.report().orElseThrow().best().logProb();
  }

  private double[] unconstrained(Simulations simulations) {
    Parameters.Mapping mapping = parameters.unconstrain(simulations.allParameters());
    for (int row = 0; row < simulations.rows(); row++) {
      checkArgument(
          mapping.logDet()[row] > Double.NEGATIVE_INFINITY,
          "simulations have parameters %s in row %s (from 1), outside the prior's support; pass"
              + " draws of the prior",
          Arrays.toString(simulations.parameters(row)),
          row + 1);
    }
    return mapping.values();
  }
}
