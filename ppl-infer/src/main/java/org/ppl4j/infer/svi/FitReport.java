package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.CharMatcher;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.errorprone.annotations.FormatMethod;
import java.util.Collections;
import java.util.Locale;
import java.util.Optional;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.importance.Assessment;
import org.ppl4j.infer.judge.Judgement;

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
 * @param stages the rates that it went through, the last one last; one unless the rate was reduced
 * @param starts the losses of the short fits from several seeds that came before it; the least of
 *     them is where it began; empty if there were none
 * @param whyNoStart why the search for a start of the guide found none, so that it began at initial
 *     values; empty if it did, or there was no search
 * @param stored which parameters the fit left in the store
 * @param assessment what draws of the guide say of it under these parameters
 * @param judgement what chains that left the guide say of it; unknown unless the stopping rule
 *     fired
 * @param minimum whether the loss has a minimum where a fit of points ended; unknown as the
 *     judgement is, or if the guide draws more than points
 * @param whyNotRecorded why steps were the engine's and not made from a record; empty if they were
 *     from a record
 * @param whyDrawByDraw why particles and draws are executed one after the other; empty if they are
 *     at once
 * @param unjudged what a record's programs read, other than their data, of which nobody can say
 *     whether it changes, so that it is compared with the engine from time to time
 * @param fallBacks the latest ten times that steps of the fit, in this run or before, were made
 *     from a record that was wrong, and taken back
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
    ImmutableList<RateStage> stages,
    ImmutableList<Double> starts,
    Optional<String> whyNoStart,
    Stored stored,
    Assessment assessment,
    Judgement judgement,
    LocalMinimum minimum,
    Optional<String> whyNotRecorded,
    Optional<String> whyDrawByDraw,
    ImmutableSet<String> unjudged,
    ImmutableList<FallBack> fallBacks,
    double seconds) {

  /** Why a fit ended. */
  public enum Stop {
    /** The stopping rule fired. */
    CONVERGED("the stopping rule fired"),
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
    checkArgument(!stages.isEmpty(), "report has no stage of a rate, but a fit has at least one");
    requireNonNull(starts, "starts");
    requireNonNull(whyNoStart, "whyNoStart");
    requireNonNull(stored, "stored");
    requireNonNull(assessment, "assessment");
    requireNonNull(judgement, "judgement");
    requireNonNull(minimum, "minimum");
    requireNonNull(whyNotRecorded, "whyNotRecorded");
    requireNonNull(whyDrawByDraw, "whyDrawByDraw");
    requireNonNull(unjudged, "unjudged");
    requireNonNull(fallBacks, "fallBacks");
  }

  /** The shape of the tail of the weights of the guide's draws. */
  public Khat khat() {
    return assessment.khat();
  }

  /**
   * What speaks against trusting the fit, each in words: the draws of the guide ({@link
   * Assessment#warnings}), chains that left it ({@link Judgement#warnings}), no minimum where a
   * guide of points is ({@link LocalMinimum#warning}), or a loss that was still falling or was
   * rising. Empty if nothing was found, which is no proof: a guide that misses a mode may look
   * well.
   */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    warnings.addAll(assessment.warnings());
    warnings.addAll(judgement.warnings());
    if (!minimum.warning().isEmpty()) {
      warnings.add(minimum.warning());
    }
    String trend = Trend.of(losses, stage().begin()).warning();
    if (!trend.isEmpty()) {
      warnings.add(trend);
    }
    return warnings.build();
  }

  /**
   * What speaks for trusting the fit, each in words: that its loss stands still, that weights of
   * its draws hold, that chains which left it stay where it is.
   */
  public ImmutableList<String> merits() {
    ImmutableList.Builder<String> merits = ImmutableList.builder();
    if (Trend.of(losses, stage().begin()).warning().isEmpty()) {
      merits.add(
          stop == Stop.CONVERGED
              ? "the loss stands still: the stopping rule fired"
              : "the loss stands still at the end of the steps");
    }
    if (khat().isKnown() && !khat().isWarning()) {
      merits.add(
          String.format(
              Locale.ROOT,
              "k-hat of the guide's draws is %.2f, not above %s, and they are worth %.0f%% of as"
                  + " many of the posterior",
              khat().value(),
              SmoothedWeights.THRESHOLD,
              100 * assessment.effectiveShare()));
    }
    if (judgement.isRight()) {
      merits.add(
          String.format(
              Locale.ROOT,
              "short chains that left the guide find all of its %,d numbers right",
              judgement.rows().size()));
    }
    if (minimum.isKnown() && minimum.warning().isEmpty()) {
      merits.add(
          String.format(
              Locale.ROOT,
              "from where the fit ended L-BFGS lowers the loss by %.2g nats, not above %s",
              minimum.fall(),
              LocalMinimum.LARGE));
    }
    return merits.build();
  }

  private RateStage stage() {
    return stages.get(stages.size() - 1);
  }

  /** Whether the stopping rule fired and nothing speaks against the fit. */
  public boolean isConverged() {
    return stop == Stop.CONVERGED && warnings().isEmpty();
  }

  /** The number of steps, skipped ones included. */
  public int steps() {
    return losses.size();
  }

  /** A few lines for a reader, what is to be watched last. */
  @Override
  public String toString() {
    ImmutableList<String> warnings = warnings();
    StringBuilder text = new StringBuilder();
    add(
        text,
        "fit: %s after %,d steps%s in %.2f s%s",
        isConverged() ? "converged" : stop,
        steps(),
        epochs > 0 ? String.format(Locale.ROOT, " and %,d epochs", epochs) : "",
        seconds,
        seconds > 0 && steps() > 0 ? " (" + Wording.rate(steps() / seconds) + " steps/s)" : "");
    whyNotRecorded.ifPresent(reason -> add(text, "%n  by the engine, since %s", reason));
    whyDrawByDraw.ifPresent(reason -> add(text, "%n  draw by draw: %s", reason));
    if (!unjudged.isEmpty()) {
      add(
          text,
          "%n  recorded, though nobody can say whether this changes: %s",
          String.join("; ", unjudged));
    }
    for (FallBack fallBack : fallBacks) {
      if (!whyNotRecorded.equals(Optional.of(fallBack.whyNotRecorded()))) {
        add(text, "%n  %s", fallBack);
      }
    }
    add(text, "%n  loss: %.5g (median of the last tenth)", finalLoss);
    if (bestStep > 0) {
      add(text, ", best %.5g at step %,d", bestLoss, bestStep);
    }
    if (stages.size() > 1) {
      add(text, "%n  rate: at last %.3g of the first", stage().factor());
      if (!Double.isNaN(stage().gain())) {
        add(text, "; the last reduction gained %.2g nats", stage().gain());
      }
    }
    if (!starts.isEmpty()) {
      add(
          text,
          "%n  starts: %,d, losses %.5g to %.5g, the least went on",
          starts.size(),
          Collections.min(starts),
          Collections.max(starts));
    }
    whyNoStart.ifPresent(
        why ->
            add(
                text,
                "%n  began at initial values, since the search for a start found none: %s",
                CharMatcher.breakingWhitespace().collapseFrom(why, ' ')));
    if (stored.isAverage() || !Double.isNaN(stored.advantage())) {
      add(text, "%n  stored: %s", stored);
    }
    add(text, "%n  %s", minimum.isKnown() ? minimum : assessment);
    if (judgement.isKnown()) {
      add(
          text,
          "%n  by short chains from it: %s",
          judgement.toString().lines().findFirst().orElse(""));
    }
    text.append(
        Wording.warnings(Iterables.filter(warnings, each -> !each.equals(khat().warning()))));
    addSkipped(text);
    return text.toString();
  }

  private void addSkipped(StringBuilder text) {
    if (skippedSteps == 0) {
      return;
    }
    add(text, "%n  skipped: %,d steps", skippedSteps);
    for (SkippedStep step : skipped) {
      add(text, "%n    step %,d, loss %s: %s", step.step(), step.loss(), step.cause());
    }
    if (skippedSteps > skipped.size()) {
      add(text, "%n    and %,d more", skippedSteps - skipped.size());
    }
  }

  @FormatMethod
  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
