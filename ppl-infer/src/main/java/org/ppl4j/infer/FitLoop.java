package org.ppl4j.infer;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Descent.Outcome;
import org.ppl4j.infer.FitReport.SkippedStep;
import org.ppl4j.infer.FitReport.Stop;

/** The loop of one {@code run}: counts, smooths, watches, shows, and decides when it is over. */
final class FitLoop {

  /** It gives up after so many skipped steps in a row. */
  private static final int MOST_SKIPPED = 100;

  /** So many skipped steps are examined and reported with their cause. */
  private static final int EXAMINED = 5;

  /** Weight of the newest loss in the loss that is shown. */
  private static final double NEWEST = 0.02;

  /** The steps that it makes. */
  interface Steps {

    /** Makes one step, or skips it. */
    Outcome advance();

    /** Repeats the step that was just skipped, to find the cause. */
    SkippedStep examine(Outcome skipped);

    /** Keeps the parameters as the best so far. */
    void keepBest();
  }

  private final Steps steps;
  private final StoppingRule stopping;
  private final Losses losses = new Losses();
  private final Smoothing smoothing = new Smoothing();
  private final List<SkippedStep> skipped = new ArrayList<>();
  private int skippedSteps;
  private int skippedInARow;
  private double shown = Double.NaN;

  FitLoop(Steps steps, StoppingRule stopping) {
    this.steps = steps;
    this.stopping = stopping;
  }

  /** Runs at most {@code most} steps. */
  FitReport run(Progress.Line line, int most) {
    long start = System.nanoTime();
    Stop stop = null;
    while (stop == null) {
      Outcome outcome = steps.advance();
      losses.add(outcome.loss());
      if (outcome.isFinite()) {
        skippedInARow = 0;
        shown = Double.isNaN(shown) ? outcome.loss() : shown + NEWEST * (outcome.loss() - shown);
      } else {
        skip(outcome);
      }
      if (smoothing.add(losses.size(), outcome.loss())) {
        steps.keepBest();
      }
      line.update(losses.size(), shown);
      stop = isOver(most);
    }
    line.end(losses.size(), shown);
    return report(stop, (System.nanoTime() - start) * 1e-9);
  }

  private void skip(Outcome outcome) {
    skippedSteps++;
    skippedInARow++;
    if (skipped.size() < EXAMINED) {
      skipped.add(steps.examine(outcome));
    }
  }

  /** Why it is over; null if it is not. The thread's flag stays set for whoever interrupted it. */
  private @Nullable Stop isOver(int most) {
    int n = losses.size();
    if (Thread.currentThread().isInterrupted()) {
      return Stop.INTERRUPTED;
    }
    if (skippedInARow == MOST_SKIPPED) {
      return Stop.NON_FINITE;
    }
    if (stopping.isDue(n) && stopping.isMet(losses)) {
      return Stop.CONVERGED;
    }
    return n >= most ? Stop.STEPS : null;
  }

  private FitReport report(Stop stop, double seconds) {
    int n = losses.size();
    return new FitReport(
        losses,
        stop,
        smoothing.best(),
        smoothing.bestStep(),
        losses.median(n - Math.max(1, n / 10), n),
        ImmutableList.copyOf(skipped),
        skippedSteps,
        seconds);
  }
}
