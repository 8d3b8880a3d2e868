package org.ppl4j.spark;

import static java.util.Objects.requireNonNull;

import java.io.Serializable;
import org.ppl4j.Program;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.mcmc.Mcmc;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.tensor.RunConfig;

/**
 * How the model of one group is fitted, on one thread of an executor. It travels, so one of yours
 * is a lambda that captures what travels.
 *
 * @param <D> the data of a group
 */
@FunctionalInterface
public interface FitMethod<D> extends Serializable {

  /**
   * What is said of a group.
   *
   * @param summary of the draws
   * @param khat of the weights of draws; NaN of a method without weights
   */
  record Fitted(Summary summary, double khat) {

    /** Of these. */
    public Fitted {
      requireNonNull(summary, "summary");
    }

    /** Of a method without weights. */
    public static Fitted of(Summary summary) {
      return new Fitted(summary, Double.NaN);
    }
  }

  /** Makes a sampler of a model. */
  @FunctionalInterface
  interface SamplerOf<D> extends Serializable {

    /** With the settings that it is to have; seed, threads and progress are set later. */
    Mcmc<D, ?> of(Program<D> model);
  }

  /**
   * Fits a group.
   *
   * @param config its seed is the group's own
   */
  Fitted fit(Program<D> model, D data, RunConfig config);

  /** By chains of {@link Nuts} with its usual settings. */
  static <D> FitMethod<D> nuts() {
    return chains(Nuts::of);
  }

  /** By chains, one after the other. */
  static <D> FitMethod<D> chains(SamplerOf<D> sampler) {
    return (model, data, config) -> {
      Mcmc<D, ?> set = sampler.of(model).threads(1).progress(Progress.silent()).config(config);
      try (McmcRun<D> run = set.run(data)) {
        return Fitted.of(run.summary());
      }
    };
  }

  /** By {@link LaplaceApproximation}, with the figures of so many draws. */
  static <D> FitMethod<D> laplace(int draws) {
    return (model, data, config) -> {
      try (LaplacePosterior<D> found = LaplaceApproximation.of(model).config(config).run(data);
          Samples samples = found.posterior(data, draws)) {
        return new Fitted(samples.summary(), found.khat().value());
      }
    };
  }

  /** By {@link Pathfinder}, with the figures of so many draws. */
  static <D> FitMethod<D> pathfinder(int draws) {
    return (model, data, config) -> {
      try (PathfinderPosterior<D> found = Pathfinder.of(model).config(config).threads(1).run(data);
          Samples samples = found.posterior(data, draws)) {
        return new Fitted(samples.summary(), found.khat().value());
      }
    };
  }
}
