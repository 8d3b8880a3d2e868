package org.ppl4j.integration;

import ai.djl.ndarray.NDManager;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Program;
import org.ppl4j.infer.ModelDensity;
import org.ppl4j.infer.Predictive;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.annealing.Annealing;
import org.ppl4j.infer.annealing.Smc;
import org.ppl4j.infer.approximation.LaplaceApproximation;
import org.ppl4j.infer.approximation.LaplacePosterior;
import org.ppl4j.infer.approximation.Pathfinder;
import org.ppl4j.infer.approximation.PathfinderPosterior;
import org.ppl4j.infer.autoguide.AutoNormal;
import org.ppl4j.infer.judge.Inference;
import org.ppl4j.infer.judge.Judge;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.mcmc.McmcRun;
import org.ppl4j.infer.mcmc.Nuts;
import org.ppl4j.infer.svi.FitReport;
import org.ppl4j.infer.svi.Svi;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/** All that takes a model and its data, each with as little work as it can do. */
enum EveryMethod {
  SVI("guide 'AutoNormal'") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (Svi<D> svi =
          Svi.builder(model, AutoNormal.of(model)).progress(Progress.silent()).build()) {
        FitReport unused = svi.run(data, 2);
        svi.posterior(data, DRAWS).close();
      }
    }
  },
  NUTS("a log density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      chain(model, data).close();
    }
  },
  LAPLACE("a log density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (LaplacePosterior<D> posterior = LaplaceApproximation.of(model).run(data)) {
        posterior.posterior(data, DRAWS).close();
      }
    }
  },
  PATHFINDER("a log density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (PathfinderPosterior<D> posterior =
          Pathfinder.of(model).paths(2).drawsOfPath(DRAWS).boundDraws(2).run(data)) {
        posterior.posterior(data, DRAWS).close();
      }
    }
  },
  SMC("smc") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      Smc.of(model)
          .particles(DRAWS)
          .moves(1)
          .steps(1)
          .progress(Progress.silent())
          .run(data)
          .close();
    }
  },
  ANNEALING("annealing") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      Annealing<D> annealing = Annealing.of(model).levels(1).steps(1).progress(Progress.silent());
      annealing.evidence(data, DRAWS).close();
    }
  },
  PRIOR("predictive") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager)) {
        Predictive.prior(model, params, RunConfig.defaults()).draw(data, DRAWS).close();
      }
    }
  },
  PREDICTIVE("predictive") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager)) {
        Predictive<D> predictive = Predictive.prior(model, params, RunConfig.defaults());
        (draws == null ? predictive.draw(data, DRAWS) : predictive.draw(data, draws)).close();
      }
    }
  },
  DENSITY("density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager)) {
        ModelDensity<D> density = ModelDensity.of(model, params, RunConfig.defaults());
        if (draws == null) {
          double unused = density.logJoint(data, ImmutableMap.of());
        } else {
          double[] unused = density.logJoints(data, draws);
        }
      }
    }
  },
  JUDGE("a log density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      try (NDManager manager = NDManager.newBaseManager();
          ParamStore params = new ParamStore(manager);
          Samples none = Samples.of(manager, ImmutableMap.of())) {
        Judgement judgement =
            Judge.of(model, params, RunConfig.defaults()).judge(data, draws == null ? none : draws);
        if (!judgement.isKnown()) {
          throw new IllegalStateException(judgement.missing());
        }
      }
    }
  },
  INFERENCE("a log density") {
    @Override
    <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws) {
      Inference.of(model).progress(Progress.silent()).run(data).close();
    }
  };

  /** Those for which latent sites have densities, along which they move or guides are fitted. */
  static final ImmutableSet<EveryMethod> FOLLOWING_DENSITIES = except(PRIOR, PREDICTIVE, DENSITY);

  /** So many draws each makes, or is given. */
  static final int DRAWS = 10;

  private final String owner;

  EveryMethod(String owner) {
    this.owner = owner;
  }

  static ImmutableSet<EveryMethod> except(EveryMethod... others) {
    ImmutableSet<EveryMethod> left = ImmutableSet.copyOf(others);
    return Arrays.stream(values())
        .filter(method -> !left.contains(method))
        .collect(ImmutableSet.toImmutableSet());
  }

  /** What its refusals call it. */
  String owner() {
    return owner;
  }

  /**
   * Takes a model.
   *
   * @param draws of its latent sites, for what looks at draws; null if none could be made
   */
  abstract <D extends @Nullable Object> void run(Program<D> model, D data, @Nullable Samples draws);

  /** A few draws of a chain. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  static <D extends @Nullable Object> McmcRun<D> chain(Program<D> model, D data) {
    return Nuts.of(model).chains(1).warmup(5).draws(DRAWS).progress(Progress.silent()).run(data);
  }

  /** What it says in the first line of its refusal; empty if it takes the model. */
  <D extends @Nullable Object> Optional<String> refusal(
      Program<D> model, D data, @Nullable Samples draws) {
    try {
      run(model, data, draws);
      return Optional.empty();
    } catch (IllegalArgumentException | IllegalStateException e) {
      String message = String.valueOf(e.getMessage());
      return Optional.of(Splitter.on('\n').split(message).iterator().next());
    }
  }
}
