package org.ppl4j.infer.annealing;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.importance.ParticleWeights;
import org.ppl4j.tensor.FloatType;

/**
 * What sequential Monte Carlo did, and what speaks against trusting its draws.
 *
 * @param logEvidence estimates log p(data)
 * @param standardError of it, by the families of particles; means nothing under a warning
 * @param effectiveSize how many draws that count alike the weighted particles are worth; they
 *     depend on each other as far as they descend from the same
 * @param particles how many there were
 * @param families how many of the first particles their families are worth, by their weights
 * @param levels how many densities they went through, the posterior included
 * @param resamplings how often they were resampled
 * @param acceptance the mean probability that a move was accepted, at the level where it was least
 * @param rounding of the log weights, the largest before it is resampled
 * @param seconds that it took, on the clock
 */
public record SmcReport(
    double logEvidence,
    double standardError,
    double effectiveSize,
    int particles,
    double families,
    int levels,
    int resamplings,
    double acceptance,
    WeightRounding rounding,
    double seconds) {

  /** Fewer families do not say how far off the evidence is. */
  private static final double LEAST_FAMILIES = 10;

  private static final double LEAST_ACCEPTANCE = 0.3;
  private static final double LEAST_SHARE = 0.05;

  static SmcReport of(
      ParticleWeights weights, FloatType type, int levels, double acceptance, double seconds) {
    requireNonNull(weights, "weights");
    return new SmcReport(
        weights.logEvidence(),
        weights.standardError(),
        weights.effectiveSize(),
        weights.count(),
        weights.families(),
        levels,
        weights.resamplings(),
        acceptance,
        weights.rounding(type),
        seconds);
  }

  /** What speaks against trusting the draws, each in words; empty if nothing was found. */
  public ImmutableList<String> warnings() {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    if (rounding.isTooLarge()) {
      warnings.add(rounding.warning());
    }
    if (families < LEAST_FAMILIES) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the particles descend from few of the first %,d, worth %.1f, so that the error of"
                  + " the evidence is not known; take more particles, or begin at a guide nearer to"
                  + " the posterior",
              particles,
              families));
    }
    if (effectiveSize < LEAST_SHARE * particles) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the particles are worth %s draws of %,d, below 5%%; begin at a guide nearer to the"
                  + " posterior",
              Wording.beside(LEAST_SHARE * particles, effectiveSize, 0),
              particles));
    }
    if (acceptance < LEAST_ACCEPTANCE) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "moves of particles were accepted with probability %s at one level, below %s, so"
                  + " that copies stay together; take more moves, or write the model in other"
                  + " variables (Reparam.automatic())",
              Wording.beside(LEAST_ACCEPTANCE, acceptance, 2),
              LEAST_ACCEPTANCE));
    }
    return warnings.build();
  }

  /** The evidence with its error, what particles did, and what is to be watched. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "smc: %,d particles through %,d levels in %.2f s, %,d times resampled%n"
                    + "  log evidence: %.6g ± %.1g%n"
                    + "  effective size: %,.0f in %,.0f families, acceptance at least %.2f",
                particles,
                levels,
                seconds,
                resamplings,
                logEvidence,
                standardError,
                effectiveSize,
                families,
                acceptance));
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }
}
