package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.FormatMethod;
import java.time.Duration;
import java.util.IntSummaryStatistics;
import java.util.Locale;
import java.util.Optional;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Wording;

/**
 * What chains did, and what speaks against trusting their draws.
 *
 * @param figures what they did
 * @param largestRhat the largest R-hat of all numbers of all sites; NaN if draws are too few
 * @param leastSize the least effective size of the middle or the ends of one; NaN likewise
 * @param warnings what speaks against trusting the draws, each in words with what to do; empty if
 *     nothing was found
 * @param seconds that the run took, on the clock
 */
public record SamplerReport(
    Figures figures,
    double largestRhat,
    double leastSize,
    ImmutableList<String> warnings,
    double seconds) {

  /**
   * What searches for a beginning did.
   *
   * @param variables in which chains begin where they ended, in words
   * @param failure why there were none that ended anywhere; empty if there were
   * @param gradients that they cost, with those of short chains
   * @param seconds that they took, on the clock
   * @param missed which modes they ended at that chains have not been in, in words
   */
  public record Searches(
      String variables,
      String failure,
      long gradients,
      double seconds,
      ImmutableList<String> missed) {

    /** Of these. */
    public Searches {
      requireNonNull(variables, "variables");
      requireNonNull(failure, "failure");
      requireNonNull(missed, "missed");
    }

    /** With what chains have missed of what was found. */
    Searches with(MissedModes modes) {
      return new Searches(
          variables, failure, gradients + modes.gradients(), seconds, modes.warnings());
    }

    @Override
    public String toString() {
      return failure.isEmpty()
          ? String.format(
              Locale.ROOT, "%s, begun where searches of %,d gradients ended", variables, gradients)
          : "as written, since searches found no start: " + failure;
    }
  }

  /**
   * What chains did.
   *
   * @param sampler its name
   * @param chains what each did, in their order
   * @param warmup how many iterations they were to warm up, at most
   * @param planned how many draws each was to make
   * @param keptChains of how many chains the draws were kept
   * @param keptDraws how many of each
   * @param isInterrupted whether an interrupt cut a chain short
   * @param limit the time that the run was given, if that did
   * @param searches for where to begin; empty if there were none
   * @param whyNotRecorded why the density was the engine's; empty if it was computed from a record
   * @param whyDrawByDraw why what follows from latent sites is worked out for one draw after the
   *     other; empty if it is for many at once, or there is nothing
   * @param unjudged what the record's program read, other than its data, of which nobody can say
   *     whether it changes
   * @param discrete how the discrete sites were drawn that are not summed out, in words
   */
  public record Figures(
      String sampler,
      ImmutableList<ChainReport> chains,
      int warmup,
      int planned,
      int keptChains,
      int keptDraws,
      boolean isInterrupted,
      Optional<Duration> limit,
      Optional<Searches> searches,
      Optional<String> whyNotRecorded,
      Optional<String> whyDrawByDraw,
      ImmutableSet<String> unjudged,
      ImmutableList<String> discrete) {

    /** Of these. */
    public Figures {
      requireNonNull(sampler, "sampler");
      requireNonNull(chains, "chains");
      requireNonNull(limit, "limit");
      requireNonNull(searches, "searches");
      requireNonNull(whyNotRecorded, "whyNotRecorded");
      requireNonNull(whyDrawByDraw, "whyDrawByDraw");
      requireNonNull(unjudged, "unjudged");
      requireNonNull(discrete, "discrete");
    }
  }

  /** Of these. */
  public SamplerReport {
    requireNonNull(figures, "figures");
    requireNonNull(warnings, "warnings");
  }

  static SamplerReport of(Figures figures, Summary summary, double seconds) {
    double rhat =
        summary.rows().values().stream()
            .mapToDouble(Summary.Row::rhat)
            .filter(x -> !Double.isNaN(x))
            .max()
            .orElse(Double.NaN);
    double size =
        summary.rows().values().stream()
            .mapToDouble(row -> Math.min(row.bulkSize(), row.tailSize()))
            .filter(x -> !Double.isNaN(x))
            .min()
            .orElse(Double.NaN);
    return new SamplerReport(figures, rhat, size, summary.warnings(), seconds);
  }

  /** What each chain did. */
  public ImmutableList<ChainReport> chains() {
    return figures.chains();
  }

  /** How many trajectories diverged after the warm-up. */
  public int divergences() {
    return chains().stream().mapToInt(ChainReport::divergences).sum();
  }

  /** How many would have gone on beyond the depth limit. */
  public int depthLimitHits() {
    return chains().stream().mapToInt(ChainReport::depthLimitHits).sum();
  }

  /**
   * What speaks for trusting the trajectories, each in words; what speaks for the draws themselves
   * is {@link Summary#merits}.
   */
  public ImmutableList<String> merits() {
    return SamplerMerits.of(figures);
  }

  /** How many gradients were computed, those of searches and of the warm-up included. */
  public long gradients() {
    return chains().stream().mapToLong(ChainReport::gradients).sum()
        + figures.searches().map(Searches::gradients).orElse(0L);
  }

  /** A table with a line for each chain, R-hat and effective size, and what is to be watched. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    add(
        text,
        "%s: %,d chains of %,d draws after %s iterations of warm-up in %.2f s",
        figures.sampler(),
        figures.keptChains(),
        figures.keptDraws(),
        warmups(),
        seconds);
    figures.searches().ifPresent(searches -> add(text, "%n  %s", searches));
    figures.whyNotRecorded().ifPresent(why -> add(text, "%n  by the engine, since %s", why));
    figures.whyDrawByDraw().ifPresent(why -> add(text, "%n  draw by draw: %s", why));
    figures.discrete().forEach(moves -> add(text, "%n  %s", moves));
    if (!figures.unjudged().isEmpty()) {
      add(
          text,
          "%n  recorded, though nobody can say whether this changes: %s",
          String.join("; ", figures.unjudged()));
    }
    add(
        text,
        "%n%7s%11s%12s%13s%14s%8s%13s%9s",
        "chain",
        "step size",
        "acceptance",
        "divergences",
        "at the limit",
        "E-BFMI",
        "gradients",
        "seconds");
    for (ChainReport chain : chains()) {
      add(
          text,
          "%n%7d%11.3g%12.3f%13d%14d%8.2f%,13d%9.2f",
          chain.chain(),
          chain.stepSize(),
          chain.acceptance(),
          chain.divergences(),
          chain.depthLimitHits(),
          chain.ebfmi(),
          chain.gradients(),
          chain.seconds());
    }
    add(text, "%n  R-hat at most %.3f, effective sizes at least %,.0f", largestRhat, leastSize);
    for (ChainReport chain : chains()) {
      if (chain.starts() > 1) {
        add(
            text,
            "%n  chain %d was begun %d times: a warm-up ended where there is next to no mass",
            chain.chain(),
            chain.starts());
      }
    }
    text.append(Wording.warnings(warnings));
    return text.toString();
  }

  private String warmups() {
    IntSummaryStatistics warmups =
        chains().stream().mapToInt(ChainReport::warmup).summaryStatistics();
    String least = String.format(Locale.ROOT, "%,d", warmups.getMin());
    String most = String.format(Locale.ROOT, "%,d", warmups.getMax());
    return least.equals(most) ? least : least + " to " + most;
  }

  @FormatMethod
  private static void add(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values));
  }
}
