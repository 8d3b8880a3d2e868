package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Sets;
import com.google.common.primitives.Ints;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.infer.Progress;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.judge.Judgement;
import org.ppl4j.infer.svi.FitListener.Next;
import org.ppl4j.infer.svi.FitReport.SkippedStep;
import org.ppl4j.infer.svi.FitReport.Stop;
import org.ppl4j.infer.svi.GradientDescent.Outcome;

/**
 * The loop of one {@code run}: counts, smooths, watches, shows, tells, and decides when it is over.
 */
final class FitLoop {

  /** It gives up after so many skipped steps in a row. */
  private static final int MAX_SKIPPED = 100;

  /** So many skipped steps are examined and reported with their cause. */
  private static final int EXAMINED = 5;

  /** Weight of the newest loss in the loss that is shown. */
  private static final double NEWEST = 0.02;

  /** What ends it because enough steps were made. */
  private static final ImmutableSet<Stop> ENOUGH =
      Sets.immutableEnumSet(Stop.CONVERGED, Stop.STEPS);

  /** The steps that it makes. */
  interface Steps extends AutoCloseable {

    /**
     * Makes one step, or skips it; before the first looks for where to start.
     *
     * @throws InterruptionException if the thread is interrupted in the search, and nothing is made
     */
    Outcome advance();

    /** Repeats the step that was just skipped, to find the cause. */
    SkippedStep examine(Outcome skipped);

    /** Makes sure that the latest steps are right, since they are to be the last. */
    void conclude();

    /** When steps were found to be wrong, and were taken back. */
    FallBacks fallBacks();

    /** Keeps the parameters as the best so far. */
    void keepBest();

    /** How many steps the fit has made over all runs. */
    long made();

    /** Why the search for a start found none; empty if it did, or there was none. */
    Optional<String> whyNoStart();

    /** How many steps were made of the epoch that is not complete. */
    default long batches() {
      return 0;
    }

    /** Whether the last step was the last of an epoch. */
    default boolean endsEpoch() {
      return false;
    }

    /** How many epochs are complete. */
    default int epochs() {
      return 0;
    }

    /** Whether there are no more steps. */
    default boolean isDone() {
      return false;
    }

    /** Judges the guide under the parameters of the store. */
    default Assessment assess() {
      return Assessment.unknown("the data come in batches");
    }

    /**
     * What chains say of the guide under the parameters of the store.
     *
     * @param progress where they show how far they are
     */
    default Judgement judge(Progress progress) {
      return Judgement.unknown("the data come in batches");
    }

    /** Whether the loss of a guide of points has a minimum at the parameters of the store. */
    default LocalMinimum minimum() {
      return LocalMinimum.unknown("the data come in batches");
    }

    /** Why steps are the engine's; empty if they are recorded. */
    Optional<String> whyNotRecorded();

    /** Why particles and draws are executed one after the other; empty if they are at once. */
    Optional<String> whyDrawByDraw();

    /** What a record's programs read of which nobody can say whether it changes. */
    ImmutableSet<String> unjudged();

    /**
     * The log weights of a few draws on the data of the last step, the same draws each time, to
     * compare parameters by; empty if there is no density.
     */
    double[] fewWeights();

    /**
     * Those under the parameters that the steps have settled at, to compare stages of a run by;
     * empty unless the data are the same at each step.
     */
    default double[] settledWeights() {
      return new double[0];
    }

    /** Makes further steps at the optimizer's rate times a factor. */
    void pace(double factor);

    /** Frees the data of the last step. */
    @Override
    default void close() {}
  }

  /** What the end of a run leaves in the store, and how good it is. */
  record End(Stored stored, Assessment assessment, Judgement judgement, LocalMinimum minimum) {

    /** With the last parameters, which were not judged, for this reason. */
    static End unjudged(String why) {
      return new End(
          Stored.last(),
          Assessment.unknown(why),
          Judgement.unknown(why),
          LocalMinimum.unknown(why));
    }
  }

  private final Steps steps;
  private final StoppingRule stopping;
  private final RateReduction reduction;
  private final ImmutableList<FitListener> listeners;
  private final LoopState state;
  private final Losses losses;
  private final int begun; // steps of this run before this loop
  private int epochBegan;
  private boolean isStopped;

  FitLoop(
      Steps steps,
      StoppingRule stopping,
      RateReduction reduction,
      ImmutableList<FitListener> listeners,
      LoopState state) {
    this.steps = steps;
    this.stopping = stopping;
    this.reduction = reduction;
    this.listeners = listeners;
    this.state = state;
    this.losses = state.losses;
    this.begun = losses.size();
    this.epochBegan = Math.max(0, begun - Ints.saturatedCast(steps.batches()));
  }

  /**
   * Runs at most {@code maxSteps} steps; none if the thread is interrupted already.
   *
   * @param begin what comes before the first
   * @param end leaves parameters in the store and judges them, given why the run ended
   */
  FitReport run(Progress.Line line, int maxSteps, Runnable begin, Function<Stop, End> end) {
    long start = System.nanoTime();
    Stop stop = null;
    try {
      begin.run();
      start = System.nanoTime();
      steps.pace(state.stage().factor());
      stop = isInterrupted() ? Stop.INTERRUPTED : null;
      while (stop == null) {
        int epoch = steps.epochs();
        Outcome outcome = advance();
        losses.add(outcome.loss());
        if (outcome.isFinite()) {
          state.skippedInARow = 0;
          double shown = state.shown;
          state.shown =
              Double.isNaN(shown) ? outcome.loss() : shown + NEWEST * (outcome.loss() - shown);
        } else {
          skip(outcome);
        }
        if (state.smoothing.add(steps.made(), outcome.loss())) {
          steps.keepBest();
        }
        line.epochs(steps.epochs());
        line.update(losses.size() - begun, state.shown);
        stop = isAtEnd(maxSteps);
        tell(outcome, epoch);
        stop = stop == null ? isStopped() : stop;
        if (stop != null && isTakenBack() && ENOUGH.contains(stop)) {
          stop = isAtEnd(maxSteps);
        }
      }
    } catch (InterruptionException searching) {
      stop = Stop.INTERRUPTED;
    } finally {
      steps.pace(1);
      line.end(losses.size() - begun, state.shown);
    }
    double seconds = (System.nanoTime() - start) * 1e-9;
    FitReport report = report(stop, seconds, end.apply(stop));
    listeners.forEach(listener -> listener.onEnd(report));
    return report;
  }

  private Outcome advance() {
    try {
      return steps.advance();
    } finally { // by the engine, which may fail, after steps were taken back
      boolean unused = takeBack();
    }
  }

  /** Makes sure of the latest steps; whether some are to be made again. */
  private boolean isTakenBack() {
    steps.conclude();
    return takeBack();
  }

  /**
   * Forgets what the fit has taken back of the latest steps, and tells of it.
   *
   * @return whether they are to be made again
   */
  private boolean takeBack() {
    boolean isMadeAgain = false;
    for (FallBack one : steps.fallBacks().news()) {
      if (one.recordedFrom() == 0 && one.count() > 0) {
        state.takeBack(one.isMadeAgain() ? one.count() : 0);
        steps.pace(state.stage().factor());
        isMadeAgain |= one.isMadeAgain();
      }
      listeners.forEach(listener -> listener.onFallBack(one));
    }
    return isMadeAgain;
  }

  private void skip(Outcome outcome) {
    state.skippedSteps++;
    state.skippedInARow++;
    SkippedStep step;
    if (state.skipped.size() < EXAMINED) {
      step = steps.examine(outcome);
      state.skipped.add(step);
    } else {
      step = new SkippedStep(steps.made(), outcome.loss(), "not examined, as many before it were");
    }
    listeners.forEach(listener -> listener.onSkipped(step));
  }

  private void tell(Outcome outcome, int epoch) {
    if (!listeners.isEmpty()) {
      FitListener.Step step =
          new FitListener.Step(steps.made(), epoch, outcome.loss(), outcome.norm());
      for (FitListener listener : listeners) {
        isStopped |= listener.onStep(step) == Next.STOP;
      }
    }
    if (steps.endsEpoch()) {
      double loss = losses.mean(epochBegan, losses.size());
      epochBegan = losses.size();
      for (FitListener listener : listeners) {
        isStopped |= listener.onEpoch(steps.epochs(), loss) == Next.STOP;
      }
    }
  }

  /** The thread's flag stays set for whoever interrupted it. */
  private static boolean isInterrupted() {
    return Thread.currentThread().isInterrupted();
  }

  /** Why it ends here, to be gone on with; null if it does not. */
  private @Nullable Stop isStopped() {
    if (isInterrupted()) {
      return Stop.INTERRUPTED;
    }
    return isStopped ? Stop.LISTENER : null;
  }

  /**
   * Why it is at its end; null if it is not. This is asked once a step, before anybody may end or
   * save it there: who goes on with it does not ask again.
   */
  private @Nullable Stop isAtEnd(int maxSteps) {
    Stop stop = judge(maxSteps);
    state.isEnded = stop != null;
    return stop;
  }

  private @Nullable Stop judge(int maxSteps) {
    int n = losses.size();
    if (state.skippedInARow == MAX_SKIPPED) {
      return Stop.NON_FINITE;
    }
    int began = state.stage().begin();
    if (stopping.isDue(n - began) && stopping.isMet(losses, began)) {
      if (!state.reduce(reduction, steps.settledWeights())) {
        return Stop.CONVERGED;
      }
      steps.pace(state.stage().factor());
    }
    return n - begun >= maxSteps || steps.isDone() ? Stop.STEPS : null;
  }

  private FitReport report(Stop stop, double seconds, End end) {
    int n = losses.size();
    return new FitReport(
        losses,
        stop,
        state.smoothing.best(),
        state.smoothing.bestStep(),
        n == 0 ? Double.NaN : losses.median(n - Math.max(1, n / 10), n),
        ImmutableList.copyOf(state.skipped),
        state.skippedSteps,
        steps.epochs(),
        ImmutableList.copyOf(state.stages),
        state.starts,
        steps.whyNoStart(),
        end.stored(),
        end.assessment(),
        end.judgement(),
        end.minimum(),
        steps.whyNotRecorded(),
        steps.whyDrawByDraw(),
        steps.unjudged(),
        steps.fallBacks().latest(),
        seconds);
  }
}
