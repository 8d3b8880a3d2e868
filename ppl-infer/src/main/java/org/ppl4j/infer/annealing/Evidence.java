package org.ppl4j.infer.annealing;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Khat;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * The evidence of a model as {@link Annealing} estimates it, with the ends of its chains as
 * weighted draws of the posterior. Close it.
 *
 * @param samples the ends, whose weights count in means and summaries; {@code resample(n, seed)}
 *     makes draws that count alike
 * @param figures what the weights say
 */
public record Evidence(Samples samples, Figures figures) implements AutoCloseable {

  /** Below this share of the chains few of them carry the mean. */
  private static final double MIN_SHARE = 0.05;

  /** Above this share weights are so much alike that the shape of their tail says nothing. */
  private static final double ALIKE = 0.9;

  private static final double LEAST_ACCEPTANCE = 0.3;

  /** Of these. */
  public Evidence {
    requireNonNull(samples, "samples");
    requireNonNull(figures, "figures");
  }

  /**
   * What the weights of the chains say.
   *
   * @param logEvidence the logarithm of the mean weight, which estimates log p(data)
   * @param standardError of it, by the variance of the weights; means nothing under a warning
   * @param effectiveSize how many draws of the posterior the chains are worth, at most their number
   * @param chains how many there were
   * @param khat the shape of the tail of the weights
   * @param acceptance the mean probability that a move was accepted
   * @param rounding of the log weights
   */
  public record Figures(
      double logEvidence,
      double standardError,
      double effectiveSize,
      int chains,
      Khat khat,
      double acceptance,
      WeightRounding rounding) {

    /** Of these weights, of which at least one is above 0. */
    static Figures of(double[] logWeights, Khat khat, double acceptance, WeightRounding rounding) {
      double largest = Arrays.stream(logWeights).max().orElseThrow();
      double[] weights = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).toArray();
      double sum = Arrays.stream(weights).sum();
      double effective = sum * sum / Arrays.stream(weights).map(w -> w * w).sum();
      int count = weights.length;
      return new Figures(
          largest + Math.log(sum / count),
          Math.sqrt(Math.max(0, 1 / effective - 1.0 / count) * count / (count - 1)),
          effective,
          count,
          khat,
          acceptance,
          rounding);
    }

    /** What speaks against trusting them, each in words; empty if nothing was found. */
    public ImmutableList<String> warnings() {
      ImmutableList.Builder<String> warnings = ImmutableList.builder();
      if (rounding.isTooLarge()) {
        warnings.add(rounding.warning());
      }
      if (acceptance < LEAST_ACCEPTANCE) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "moves of chains were accepted with probability %s, below %s, so that they stay"
                    + " where they began; write the model in other variables (Reparam.automatic()),"
                    + " or begin at a guide nearer to the posterior",
                Wording.beside(LEAST_ACCEPTANCE, acceptance, 1),
                LEAST_ACCEPTANCE));
      }
      if (khat.isWarning() && effectiveSize < ALIKE * chains) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "few chains carry the evidence: the tail of their weights has k-hat %s, above"
                    + " 0.7; take more levels or steps, or begin at a guide nearer to the"
                    + " posterior",
                Wording.beside(SmoothedWeights.THRESHOLD, khat.value(), 2)));
      } else if (effectiveSize < MIN_SHARE * chains) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "the chains are worth %s draws of %,d, below 5%%; take more levels or steps, or"
                    + " begin at a guide nearer to the posterior",
                Wording.beside(MIN_SHARE * chains, effectiveSize, 0),
                chains));
      }
      return warnings.build();
    }
  }

  /** log p(data). */
  public double logEvidence() {
    return figures.logEvidence();
  }

  /** The standard error of the log evidence. */
  public double standardError() {
    return figures.standardError();
  }

  /** Frees the draws. */
  @Override
  public void close() {
    samples.close();
  }

  /** The evidence with its error, what the chains are worth, and what is wrong. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "log evidence: %.6g ± %.1g%n  effective size: %,.0f of %,d chains, acceptance %.2f",
                logEvidence(),
                standardError(),
                figures.effectiveSize(),
                figures.chains(),
                figures.acceptance()));
    text.append(Wording.warnings(figures.warnings()));
    return text.toString();
  }
}
