package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
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
   * What they found.
   *
   * @param losses of each the median of its second half
   * @param whyNoStart why the best had no start of its guide; empty if it had, or looked for none
   */
  record Best(ImmutableList<Double> losses, Optional<String> whyNoStart) {}

  /**
   * Makes them, and puts the parameters of the best into the store.
   *
   * @param steps of a fit on the data
   * @param progress where each shows how far it is
   * @throws InterruptionException if the thread is interrupted; the store is as it was then
   */
  <D extends @Nullable Object> Best run(
      ParamStore target,
      RunConfig config,
      StepSettings<D> fit,
      Function<Stepper<D>, FitLoop.Steps> steps,
      Progress progress) {
    checkState(
        target.names().isEmpty(),
        "svi is to start from several seeds, but the store has parameters already: %s; use an empty"
            + " store, or do without restarts",
        target.names());
    ImmutableList.Builder<Double> losses = ImmutableList.builder();
    double min = Double.NaN;
    Optional<String> whyNoStart = Optional.empty();
    try (NDManager manager = NDManager.newBaseManager(config.device())) {
      ParamStore best = new ParamStore(manager);
      try {
        for (int i = 0; i < starts; i++) {
          RunConfig seeded = config.withSeed(config.seed() + i);
          ParamStore store = new ParamStore(manager, seeded);
          FitReport report;
          try {
            Progress.Line line =
                progress.start("svi, start %d of %d".formatted(i + 1, starts), this.steps);
            report = run(fit.stepper(store, seeded), steps, line);
            InterruptionException.check("the search from several seeds", null);
          } catch (RuntimeException e) {
            store.close();
            throw e;
          }
          int n = report.steps();
          double loss = report.losses().median(n / 2, n);
          losses.add(loss);
          if (i == 0 || Double.compare(loss, min) < 0) { // no number is the greatest
            best.close();
            best = store;
            min = loss;
            whyNoStart = report.whyNoStart();
          } else {
            store.close();
          }
        }
        target.adopt(best);
      } finally {
        best.close();
      }
    }
    return new Best(losses.build(), whyNoStart);
  }

  private <D extends @Nullable Object> FitReport run(
      Stepper<D> stepper, Function<Stepper<D>, FitLoop.Steps> steps, Progress.Line line) {
    try (FitLoop.Steps short_ = steps.apply(stepper)) {
      FitLoop loop =
          new FitLoop(
              short_,
              StoppingRule.never(),
              RateReduction.none(),
              ImmutableList.of(),
              LoopState.fresh());
      return loop.run(line, this.steps, () -> {}, stop -> FitLoop.End.unjudged("a short fit"));
    } finally {
      stepper.descent().close();
    }
  }
}
