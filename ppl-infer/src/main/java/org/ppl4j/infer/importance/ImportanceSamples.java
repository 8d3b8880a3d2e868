package org.ppl4j.infer.importance;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.Iterables;
import java.util.Locale;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * Draws of a guide with the weights that make them draws of the posterior, and the evidence that
 * the weights estimate. Close it.
 *
 * @param samples the draws, with weights smoothed by {@link
 *     org.ppl4j.infer.diagnostics.SmoothedWeights}
 * @param khat how far they can be trusted; {@link Samples#warnings} say so too
 * @param logEvidence the logarithm of the mean of the smoothed weights: of log p(data)
 * @param standardError of the log evidence; means nothing where k-hat is a warning
 */
public record ImportanceSamples(
    Samples samples, Khat khat, double logEvidence, double standardError) implements AutoCloseable {

  /** Of these. */
  public ImportanceSamples {
    requireNonNull(samples, "samples");
    requireNonNull(khat, "khat");
  }

  /** Frees the draws. */
  @Override
  public void close() {
    samples.close();
  }

  /** The evidence, then k-hat, then what else speaks against trusting them. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT, "log evidence: %.6g ± %.1g%n  %s", logEvidence, standardError, khat));
    text.append(
        Wording.warnings(
            Iterables.filter(samples.warnings(), each -> !each.equals(khat.toString()))));
    return text.toString();
  }
}
