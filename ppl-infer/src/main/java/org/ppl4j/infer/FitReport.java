package org.ppl4j.infer;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Collections;
import java.util.Locale;
import org.ppl4j.infer.diagnostics.Khat;

/**
 * What a fit did and why it ended.
 *
 * @param losses one a step, skipped steps included; a run that goes on where an interrupted or
 *     saved one was has the losses of that one too
 * @param stop why the fit ended
 * @param bestLoss the least smoothed loss: the mean over 50 steps in a row; NaN if the fit was
 *     shorter or no such stretch was finite
 * @param bestStep the step (counted from 1 over all runs) at the end of that stretch; 0 if there is
 *     none
 * @param finalLoss the median loss of the last tenth of the steps; NaN without steps
 * @param skipped the steps that were skipped because loss or gradient was not finite, the first few
 *     with their cause
 * @param skippedSteps how many steps were skipped
 * @param epochs how many epochs of batches were completed; 0 for a fit on whole data
 * @param starts the losses of the short fits from several seeds that came before it; the least of
 *     them is where it began; empty if there were none
 * @param khat what the importance weights of the guide's draws say of it, under the parameters that
 *     the fit left in the store
 * @param seconds wall-clock time of the steps
 */
public record FitReport(
    Losses losses,
    Stop stop,
    double bestLoss,
    int bestStep,
    double finalLoss,
    ImmutableList<SkippedStep> skipped,
    int skippedSteps,
    int epochs,
    ImmutableList<Double> starts,
    Khat khat,
    double seconds) {

  /** Why a fit ended. */
  public enum Stop {
    /** The stopping rule fired. */
    CONVERGED("converged"),
    /** It made all the steps it was given. */
    STEPS("made all its steps"),
    /** A listener wanted it to end. */
    LISTENER("stopped by a listener"),
    /** Its thread was interrupted. */
    INTERRUPTED("interrupted"),
    /** Too many steps in a row had no finite loss or gradient. */
    NON_FINITE("gave up: no finite loss or gradient");

    private final String words;

    Stop(String words) {
      this.words = words;
    }

    @Override
    public String toString() {
      return words;
    }
  }

  /**
   * A step that left parameters and optimizer untouched.
   *
   * @param step the step, counted from 1
   * @param loss its loss
   * @param cause the first site, parameter and operation that were not finite, in words
   */
  public record SkippedStep(long step, double loss, String cause) {}

  /** A report of these figures. */
  public FitReport {
    requireNonNull(losses, "losses");
    requireNonNull(stop, "stop");
    requireNonNull(skipped, "skipped");
    requireNonNull(starts, "starts");
    requireNonNull(khat, "khat");
  }

  /** The number of steps, skipped ones included. */
  public int steps() {
    return losses.size();
  }

  /** A few lines for a reader. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "fit: %s after %,d steps%s in %.2f s (%,.0f steps/s)%n"
                    + "  loss: %.5g (median of the last tenth), best %.5g at step %,d",
                stop,
                steps(),
                epochs > 0 ? String.format(Locale.ROOT, " and %,d epochs", epochs) : "",
                seconds,
                seconds > 0 ? steps() / seconds : 0.0,
                finalLoss,
                bestLoss,
                bestStep));
    if (!starts.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%n  starts: %,d, losses %.5g to %.5g, the least went on",
              starts.size(),
              Collections.min(starts),
              Collections.max(starts)));
    }
    text.append(String.format(Locale.ROOT, "%n  %s", khat));
    if (skippedSteps > 0) {
      text.append(String.format(Locale.ROOT, "%n  skipped: %,d steps", skippedSteps));
      for (SkippedStep step : skipped) {
        text.append(
            String.format(
                Locale.ROOT,
                "%n    step %,d, loss %s: %s",
                step.step(),
                step.loss(),
                step.cause()));
      }
      if (skippedSteps > skipped.size()) {
        text.append(
            String.format(Locale.ROOT, "%n    and %,d more", skippedSteps - skipped.size()));
      }
    }
    return text.toString();
  }
}
