package org.ppl4j.infer.importance;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Locale;
import java.util.function.Function;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.WeightRounding;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.internal.math.Nearest;

/**
 * What a {@link ParticleFilter} found of T observations, with what speaks against trusting it. It
 * owns the paths of the particles: close it, and read what is to stay before.
 */
public final class FilterRun implements AutoCloseable {

  /** Fewer families do not say how far off the evidence is. */
  private static final double LEAST_FAMILIES = 10;

  private static final double LEAST_SHARE = 0.05;

  private final Samples samples;
  private final ImmutableMap<String, ImmutableList<ParticlePaths.Moments>> moments;
  private final ImmutableDoubleArray effectiveSizes;
  private final double logEvidence;
  private final double standardError;

  @MustBeClosed
  FilterRun(
      Samples samples,
      ImmutableMap<String, ImmutableList<ParticlePaths.Moments>> moments,
      ImmutableDoubleArray effectiveSizes,
      double logEvidence,
      double standardError) {
    this.samples = samples;
    this.moments = moments;
    this.effectiveSizes = effectiveSizes;
    this.logEvidence = logEvidence;
    this.standardError = standardError;
  }

  /** What speaks against trusting particles, each in words; empty if nothing was found. */
  static ImmutableList<String> warnings(
      ParticleWeights weights, ImmutableDoubleArray effectiveSizes, WeightRounding rounding) {
    ImmutableList.Builder<String> warnings = ImmutableList.builder();
    if (rounding.isTooLarge()) {
      warnings.add(rounding.warning());
    }
    if (weights.families() < LEAST_FAMILIES) {
      warnings.add(
          String.format(
              Locale.ROOT,
              "the particles descend from few of the first %,d, worth %.1f, so that the error of"
                  + " the evidence and the early states of paths are not known; take more"
                  + " particles",
              weights.count(),
              weights.families()));
    }
    for (int time = 0; time < effectiveSizes.length(); time++) {
      double size = effectiveSizes.get(time);
      if (size < LEAST_SHARE * weights.count()) {
        warnings.add(
            String.format(
                Locale.ROOT,
                "at time %,d the particles are worth %s of %,d, below 5%%: what is observed is"
                    + " unlikely where they are; take more particles, or look at the observation",
                time + 1,
                Wording.beside(LEAST_SHARE * weights.count(), size, 1),
                weights.count()));
      }
    }
    return warnings.build();
  }

  /**
   * The paths of the particles with their weights: draws of all states given all observations.
   * Sites that each time draws are {@code (N, T, site)}, those that stay {@code (N, site)}; closed
   * with this.
   */
  public Samples samples() {
    return samples;
  }

  /** log p(observations). */
  public double logEvidence() {
    return logEvidence;
  }

  /** The standard error of the log evidence, by families; means nothing under a warning. */
  public double standardError() {
    return standardError;
  }

  /** How many particles of equal weights they were worth at each time, before resampling. */
  public ImmutableDoubleArray effectiveSizes() {
    return effectiveSizes;
  }

  /**
   * The means of a site at each time, given what was observed until then.
   *
   * @return T of them, each row by row of the site's shape
   * @throws IllegalArgumentException if there is no such site
   */
  public ImmutableList<ImmutableDoubleArray> means(String name) {
    return each(name, ParticlePaths.Moments::mean);
  }

  /**
   * The standard deviations of a site at each time, given what was observed until then.
   *
   * @return T of them, each row by row of the site's shape
   * @throws IllegalArgumentException if there is no such site
   */
  public ImmutableList<ImmutableDoubleArray> deviations(String name) {
    return each(name, ParticlePaths.Moments::sd);
  }

  private ImmutableList<ImmutableDoubleArray> each(
      String name, Function<ParticlePaths.Moments, ImmutableDoubleArray> moment) {
    ImmutableList<ParticlePaths.Moments> of = moments.get(name);
    checkArgument(
        of != null,
        "particle filter has no site '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, moments.keySet()));
    return of.stream().map(moment).collect(ImmutableList.toImmutableList());
  }

  /** Frees the paths. A second call does nothing. */
  @Override
  public void close() {
    samples.close();
  }

  /** The evidence with its error, and what is to be watched. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "particle filter: %,d particles through %,d times%n  log evidence: %.6g ± %.1g%n"
                    + "  effective size: at least %,.0f",
                samples.draws(),
                effectiveSizes.length(),
                logEvidence,
                standardError,
                effectiveSizes.stream().min().orElseThrow()));
    text.append(Wording.warnings(samples.warnings()));
    return text.toString();
  }
}
