package org.ppl4j.infer.svi;

import java.util.ArrayList;
import java.util.List;
import org.ppl4j.infer.svi.FitReport.SkippedStep;

/**
 * What a loop remembers of a run, and of the runs before it: the losses of this run, the least
 * smoothed loss of all. A run that did not come to its end, because it was interrupted, stopped by
 * a listener, or saved in the middle, goes on with its state in the next one.
 */
final class LoopState {

  final Losses losses = new Losses();
  final Smoothing smoothing;
  final List<SkippedStep> skipped = new ArrayList<>();
  int skippedSteps;
  int skippedInARow;
  double shown = Double.NaN;
  boolean isEnded;

  LoopState(Smoothing smoothing) {
    this.smoothing = smoothing;
  }

  /** Of a fit that has made no run. */
  static LoopState fresh() {
    return new LoopState(new Smoothing());
  }

  /** The state of the next run: this one if it is not at its end. */
  LoopState next() {
    return isEnded ? new LoopState(smoothing) : this;
  }
}
