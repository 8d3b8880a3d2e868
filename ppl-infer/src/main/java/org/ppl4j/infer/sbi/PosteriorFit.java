package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.density.ConditionalDensity;
import org.ppl4j.infer.density.ConditionalDensityEstimator;
import org.ppl4j.infer.density.ConditionalDensityEstimator.Flows;
import org.ppl4j.infer.density.DensityReport;
import org.ppl4j.infer.density.Training;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * Learns a posterior of simulations: each flow is trained, and of those whose draws are sound the
 * one under which held-out simulations are likelier is kept. In rounds they are where their weights
 * hold, else where no more of them are {@linkplain Strays far out} than chance explains.
 *
 * @param parameters of the prior
 * @param kinds at least one
 * @param embedding between what was observed and flows
 * @param training of each
 * @param members of each kind, an ensemble if there are several
 * @param baselines whether simple distributions stand beside flows where they can
 * @param config of what the posterior draws
 */
record PosteriorFit(
    Parameters parameters,
    List<Kind> kinds,
    Embedding embedding,
    Training training,
    int members,
    boolean baselines,
    RunConfig config) {

  private static final long STREAM = 2;

  /**
   * What is so many standard errors less likely is so by no accident: all are judged by the same
   * simulations, so that a difference is known far better than either.
   */
  private static final double ERRORS = 0.5;

  /**
   * One of the flows that there are.
   *
   * @param number its place among all
   */
  record Kind(int number, Flows flows) {

    /** All of them. */
    static ImmutableList<Kind> all(List<Flows> flows) {
      return IntStream.range(0, flows.size())
          .mapToObj(i -> new Kind(i, flows.get(i)))
          .collect(ImmutableList.toImmutableList());
    }
  }

  /**
   * A posterior.
   *
   * @param close the flow that learned it, and those that did about as well
   */
  record Kept(NeuralPosterior posterior, ImmutableList<Kind> close) {}

  /**
   * The best posterior, which is the caller's to close.
   *
   * @param proposals what the simulations are of, in rounds for one observation; null if all are of
   *     the prior, for all observations
   * @throws IllegalArgumentException as {@link Npe#fit(Simulations)}
   */
  @SuppressWarnings("MustBeClosed") // the posterior closes the density that it keeps
  Kept fit(Simulations simulations, @Nullable Proposals proposals) {
    double[] free = parameters.unconstrained(simulations);
    if (proposals != null) {
      embedding
          .observations()
          .checkWidth(proposals.observation().length, simulations.dataColumns());
    }
    NDManager manager = config.newManager();
    try {
      NDArray theta = Observations.rows(manager, free, parameters.unconstrainedColumns());
      NDArray data = simulations.data(manager);
      List<Candidate> all = new ArrayList<>();
      Candidate best = candidate(kinds.get(0), simulations, theta, data, proposals);
      all.add(best);
      for (Kind other : kinds.subList(1, kinds.size())) {
        if (Thread.currentThread().isInterrupted()) {
          break;
        }
        try {
          Candidate candidate = candidate(other, simulations, theta, data, proposals);
          all.add(candidate);
          boolean isBetter = candidate.isBetterThan(best);
          (isBetter ? best : candidate).density().close();
          best = isBetter ? candidate : best;
        } catch (RuntimeException e) {
          best.density().close();
          throw e;
        }
      }
      Candidate kept = best;
      return new Kept(
          new NeuralPosterior(
              new PosteriorParts(
                  parameters,
                  kept.density(),
                  manager,
                  config,
                  kept.kind().number(),
                  embedding.observations(),
                  simulations,
                  kept.correction(),
                  ImmutableList.of())),
          all.stream()
              .filter(candidate -> candidate.isCloseTo(kept))
              .map(Candidate::kind)
              .collect(ImmutableList.toImmutableList()));
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
  }

  /**
   * What a flow learned.
   *
   * @param correction of rounds; null if there are none
   * @param isSound whether its draws are
   * @param heldOut the mean log-density of simulations that it did not learn from, of members each
   *     of its own
   * @param error its standard error
   */
  private record Candidate(
      Kind kind,
      ConditionalDensity density,
      @Nullable Correction correction,
      boolean isSound,
      double heldOut,
      double error) {

    /** What is sound before what is not, then what is likelier. */
    boolean isBetterThan(Candidate other) {
      return isSound == other.isSound ? heldOut > other.heldOut : isSound;
    }

    boolean isCloseTo(Candidate best) {
      return isSound == best.isSound && !(heldOut < best.heldOut - ERRORS * best.error);
    }
  }

  @SuppressWarnings("MustBeClosed") // the posterior closes the density that it keeps
  private Candidate candidate(
      Kind kind,
      Simulations simulations,
      NDArray theta,
      NDArray data,
      @Nullable Proposals proposals) {
    ConditionalDensityEstimator estimator =
        ConditionalDensityEstimator.of(embedding.through(kind.flows(), simulations))
            .calibration(0)
            .ensemble(members)
            .training(training);
    boolean areSets = embedding.observations().areSets();
    ConditionalDensityEstimator ofColumns =
        areSets ? estimator.contextsAsTheyAre() : estimator.constantContexts();
    ConditionalDensity density =
        (baselines && !areSets ? ofColumns : ofColumns.withoutBaselines()).fit(theta, data);
    try {
      Correction correction =
          proposals == null ? null : new Correction(proposals, density, theta.getManager());
      boolean isSound =
          correction == null
              ? kinds.size() == 1 || isSound(density, theta, data)
              : correction.holds();
      ImmutableList<DensityReport> reports = density.reports();
      return new Candidate(
          kind,
          density,
          correction,
          isSound,
          heldOut(density),
          mean(reports, DensityReport::standardError));
    } catch (RuntimeException e) {
      density.close();
      throw e;
    }
  }

  /** The mean log-density of what a density did not learn from. */
  static double heldOut(ConditionalDensity density) {
    return mean(density.reports(), report -> report.best().logProb());
  }

  private static double mean(List<DensityReport> reports, ToDoubleFunction<DensityReport> figure) {
    return reports.stream().mapToDouble(figure).average().orElseThrow();
  }

  private static boolean isSound(ConditionalDensity density, NDArray theta, NDArray data) {
    int count = Math.toIntExact(Math.min(theta.size(0), Strays.MOST_SIMULATIONS));
    double[] parameters = Arrays.copyOf(Tensors.values(theta), count * density.dim());
    double[] given = Arrays.copyOf(Tensors.values(data), count * density.contextDim());
    try (NDArray x = Observations.rows(data.getManager(), given, density.contextDim());
        NDArray draws = density.sample(Strays.DRAWS, x, STREAM)) {
      return !Strays.areMany(parameters, Tensors.values(draws), density.dim());
    }
  }
}
