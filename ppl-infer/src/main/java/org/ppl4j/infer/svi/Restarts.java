package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * Short fits from several seeds, the best of which is where a long fit begins.
 *
 * @param starts how many
 * @param steps of each
 */
record Restarts(int starts, int steps) {

  Restarts {
    checkArgument(starts >= 1, "svi is to start %s times, but needs at least 1", starts);
    checkArgument(steps >= 1, "svi is to make %s steps a start, but needs at least 1", steps);
  }

  /**
   * Makes them, and puts the parameters of the best into the store.
   *
   * @param steps of a fit on the data
   * @return the median losses of their second halves
   */
  <D extends @Nullable Object> ImmutableList<Double> run(
      ParamStore target,
      RunConfig config,
      StepSettings<D> fit,
      Function<Stepper<D>, FitLoop.Steps> steps) {
    checkState(
        target.names().isEmpty(),
        "svi is to start from several seeds, but the store has parameters already: %s; use an empty"
            + " store, or do without restarts",
        target.names());
    ImmutableList.Builder<Double> losses = ImmutableList.builder();
    double min = Double.NaN;
    try (NDManager manager = NDManager.newBaseManager(config.device())) {
      ParamStore best = new ParamStore(manager);
      try {
        for (int i = 0; i < starts && !Thread.currentThread().isInterrupted(); i++) {
          RunConfig seeded = config.withSeed(config.seed() + i);
          ParamStore store = new ParamStore(manager, seeded);
          double loss;
          try {
            loss = loss(fit.stepper(store, seeded), steps);
            losses.add(loss);
          } catch (RuntimeException e) {
            store.close();
            throw e;
          }
          if (i == 0 || loss < min) {
            best.close();
            best = store;
            min = loss;
          } else {
            store.close();
          }
        }
        target.adopt(best);
      } finally {
        best.close();
      }
    }
    return losses.build();
  }

  private <D extends @Nullable Object> double loss(
      Stepper<D> stepper, Function<Stepper<D>, FitLoop.Steps> steps) {
    try (FitLoop.Steps short_ = steps.apply(stepper)) {
      FitLoop loop =
          new FitLoop(
              short_,
              StoppingRule.never(),
              RateReduction.none(),
              ImmutableList.of(),
              LoopState.fresh());
      Losses losses =
          loop.run(
                  Progress.silent().start("svi", 0),
                  this.steps,
                  ImmutableList.of(),
                  () -> new FitLoop.End(Stored.last(), Assessment.unknown("a short fit")))
              .losses();
      return losses.median(losses.size() / 2, losses.size());
    } finally {
      stepper.descent().close();
    }
  }
}
