package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkState;

import com.google.common.collect.ImmutableList;
import java.nio.file.Path;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.svi.GradientDescent.Outcome;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.RunConfig;

/**
 * The runs of a fit, one after the other: where they begin, what they leave in the store, and that
 * no two threads are at work at once.
 */
final class FitRuns<D extends @Nullable Object> {

  /**
   * What a run does beside its steps.
   *
   * @param restarts where the first begins; null: at the initial values
   */
  record Settings(
      @Nullable Restarts restarts,
      StoppingRule stopping,
      RateReduction reduction,
      Progress progress,
      ImmutableList<FitListener> listeners) {}

  /** After so many a fit is meant to be near its end, and chains take no longer than it did. */
  private static final int MANY_STEPS = 1000;

  private static final String MOVING = "the fit has not come to rest";
  private static final String UNBEGUN = "the fit was interrupted before its first step";

  private final StepSettings<D> fit;
  private final Stepper<D> stepper;
  private final Settings settings;
  private final ReentrantLock turn = new ReentrantLock();
  private volatile boolean open = true;
  private LoopState state = LoopState.fresh();

  FitRuns(StepSettings<D> fit, ParamStore params, RunConfig config, Settings settings) {
    this.fit = fit;
    this.stepper = fit.stepper(params, config);
    this.settings = settings;
  }

  /** What makes their steps. */
  Stepper<D> stepper() {
    return stepper;
  }

  /**
   * One run.
   *
   * @param on the steps, of this fit or of a short one before it
   * @param maxSteps how many it makes at most
   * @param planned how many it makes if nothing ends it early, for the display; 0: not known
   */
  FitReport run(Function<Stepper<D>, FitLoop.Steps> on, int maxSteps, int planned) {
    return alone(() -> loop(on, maxSteps, planned));
  }

  /** One step of a caller's own loop; returns its loss. */
  double step(Supplier<Outcome> step) {
    return alone(
        () -> {
          try {
            return step.get().loss();
          } finally {
            for (FallBack one : stepper.fallBacks().news()) {
              settings.listeners().forEach(listener -> listener.onFallBack(one));
            }
          }
        });
  }

  /** What no other thread may do meanwhile; a listener on this one may. */
  <T> T alone(Supplier<T> body) {
    checkOpen();
    if (!turn.tryLock()) {
      throw new IllegalStateException(
          "svi is used by thread '%s' while another thread is at work with it; give each thread a fit"
                  .formatted(Thread.currentThread().getName())
              + " and a parameter store of its own");
    }
    try {
      return body.get();
    } finally {
      turn.unlock();
    }
  }

  void checkOpen() {
    checkState(open, "svi is used after it was closed; close it after its last use");
  }

  private FitReport loop(Function<Stepper<D>, FitLoop.Steps> on, int maxSteps, int planned) {
    try (FitLoop.Steps steps = on.apply(stepper)) {
      state = state.next();
      FitLoop loop =
          new FitLoop(
              steps, settings.stopping(), settings.reduction(), settings.listeners(), state);
      Progress.Line line = settings.progress().start("svi", planned);
      return loop.run(line, maxSteps, () -> begin(on), stop -> end(steps, stop));
    }
  }

  /** Short fits before the first step, unless they were made. */
  private void begin(Function<Stepper<D>, FitLoop.Steps> on) {
    Restarts restarts = settings.restarts();
    if (restarts != null && stepper.steps() == 0 && state.starts.isEmpty()) {
      Restarts.Best best =
          restarts.run(stepper.params(), stepper.config(), fit, on, settings.progress());
      state.starts = best.losses();
      stepper.startWith(best.whyNoStart());
    }
  }

  /**
   * Leaves the parameters of the fit in the store, and judges the guide under them: by its weights,
   * and, where the stopping rule fired or it made 1,000 steps, by chains.
   */
  private FitLoop.End end(FitLoop.Steps steps, FitReport.Stop stop) {
    if (stepper.state() == FitState.SEARCH) {
      return FitLoop.End.unjudged(UNBEGUN);
    }
    if (state.isEnded) {
      stepper.end();
    }
    if (stop == FitReport.Stop.INTERRUPTED) { // draws on all data can take long
      return FitLoop.End.unjudged("the fit was interrupted");
    }
    Stored stored = Stored.last();
    GradientDescent descent = stepper.descent();
    if (fit.averaging().isOn() && descent.use(Iterate.AVERAGE)) {
      double[] average = steps.fewWeights();
      descent.use(Iterate.LAST);
      stored = Stored.better(average, steps.fewWeights());
      descent.use(stored.isAverage() ? Iterate.AVERAGE : Iterate.LAST);
    }
    boolean isAtRest =
        stop == FitReport.Stop.CONVERGED
            || stop == FitReport.Stop.STEPS && steps.made() >= MANY_STEPS;
    return new FitLoop.End(
        stored,
        steps.assess(),
        isAtRest ? steps.judge(settings.progress().of("judge")) : Judgement.unknown(MOVING),
        isAtRest ? steps.minimum() : LocalMinimum.unknown(MOVING));
  }

  /** Saves the fit, and a run that is not at its end. */
  void save(Path path) {
    Path unused =
        alone(
            () -> {
              FitFile.write(path, stepper, state);
              return path;
            });
  }

  /** Goes on where a saved fit was. */
  void load(Path path) {
    state = alone(() -> FitFile.read(path, stepper));
  }

  /** Frees what the optimizer remembers; everything else throws from now on. */
  void close() {
    open = false;
    stepper.descent().close();
  }
}
