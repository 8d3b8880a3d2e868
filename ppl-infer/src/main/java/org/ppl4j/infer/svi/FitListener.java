package org.ppl4j.infer.svi;

import org.ppl4j.infer.svi.FitReport.SkippedStep;

/**
 * Is told what a fit does while it runs, on the fit's own thread, and may end it.
 *
 * <p>All methods do nothing unless overridden. An exception of a listener ends the run and reaches
 * its caller as it is; the steps made so far stand, and a further run goes on with this one.
 */
public interface FitListener {

  /** What a listener wants next. */
  enum Next {
    /** The fit goes on. */
    GO_ON,
    /** The fit ends here; its report says that a listener stopped it. */
    STOP
  }

  /**
   * One step.
   *
   * @param step its number since the fit began, counted from 1 over all runs
   * @param epoch how many epochs of this run were complete before it; 0 without batches
   * @param loss its loss, not smoothed; not finite if it was skipped
   * @param gradientNorm the norm of its gradient before clipping; not finite if it was skipped
   */
  record Step(long step, int epoch, double loss, double gradientNorm) {}

  /** After each step, skipped ones included. */
  default Next onStep(Step step) {
    return Next.GO_ON;
  }

  /** After a step that was skipped, before {@link #onStep}. */
  default void onSkipped(SkippedStep step) {}

  /**
   * After steps were taken back, since the record that they were made from was wrong; and once more
   * when a step is made from a record again, which {@link FallBack#recordedFrom} is. Of a caller's
   * own {@link Svi#step steps} too.
   */
  default void onFallBack(FallBack fallBack) {}

  /**
   * After the last step of an epoch of batches.
   *
   * @param epoch how many epochs of this run are complete
   * @param loss the mean loss of its steps; not finite if one was skipped
   */
  default Next onEpoch(int epoch, double loss) {
    return Next.GO_ON;
  }

  /** At the end of the run. */
  default void onEnd(FitReport report) {}
}
