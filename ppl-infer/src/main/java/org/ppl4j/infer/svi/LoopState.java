package org.ppl4j.infer.svi;

import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.infer.svi.FitReport.SkippedStep;

/**
 * What a loop remembers of a run, and of the runs before it: the losses of this run, the least
 * smoothed loss of all. A run that did not come to its end, because it was interrupted, stopped by
 * a listener, saved in the middle, or something threw, goes on with its state in the next one.
 */
final class LoopState {

  final Losses losses = new Losses();
  final Smoothing smoothing;
  final List<SkippedStep> skipped = new ArrayList<>();
  int skippedSteps;
  int skippedInARow;
  double shown = Double.NaN;
  final List<RateStage> stages = new ArrayList<>(List.of(RateStage.first()));
  double[] settled = {}; // log weights at the end of the stage before
  ImmutableList<Double> starts = ImmutableList.of(); // losses of the short fits before it
  boolean isEnded;

  LoopState(Smoothing smoothing) {
    this.smoothing = smoothing;
  }

  /** Of a fit that has made no run. */
  static LoopState fresh() {
    return new LoopState(new Smoothing());
  }

  /** The stage that the run is in. */
  RateStage stage() {
    return stages.get(stages.size() - 1);
  }

  /**
   * Ends the stage, and begins another if the rate is to be reduced.
   *
   * @param weights of a few draws under the parameters that the stage has settled at; empty if they
   *     are not known
   * @return whether it goes on
   */
  boolean reduce(RateReduction reduction, double[] weights) {
    PairedGain gain = PairedGain.of(weights, settled);
    settled = weights;
    RateStage ended = stage().endedWith(gain.mean());
    stages.set(stages.size() - 1, ended);
    boolean goesOn = reduction.goesOn(stages.size() - 1, gain);
    if (goesOn) {
      stages.add(new RateStage(losses.size(), ended.factor() * reduction.factor(), Double.NaN));
    }
    return goesOn;
  }

  /**
   * Forgets what is no more, since steps were taken back.
   *
   * @param last how many of them are made again, so that their losses do not count
   */
  void takeBack(int last) {
    losses.removeLast(last);
    smoothing.forget();
    settled = new double[0];
    while (stage().begin() > losses.size()) {
      stages.remove(stages.size() - 1);
    }
  }

  /** The state of the next run: this one if it is not at its end. */
  LoopState next() {
    return isEnded ? new LoopState(smoothing) : this;
  }
}
