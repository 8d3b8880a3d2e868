package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.errorprone.annotations.FormatMethod;
import java.util.Locale;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.mcmc.SamplerReport.Figures;

/** What chains themselves show of why their draws may be wrong, with what to do. */
final class SamplerWarnings {

  /** Shares of trajectories below which they are not worth a word, and from which they are many. */
  private static final double FEW = 0.001;

  private static final double MANY = 0.01;

  private final ImmutableList.Builder<String> all = ImmutableList.builder();

  private SamplerWarnings() {}

  /** Those that these figures give reason for. */
  static ImmutableList<String> of(Figures figures) {
    SamplerWarnings warnings = new SamplerWarnings();
    warnings.ofEnd(figures);
    int draws = figures.chains().stream().mapToInt(ChainReport::draws).sum();
    warnings.ofDivergences(figures, draws);
    warnings.ofDepth(figures, draws);
    figures.chains().forEach(warnings::ofEnergy);
    figures.searches().ifPresent(searches -> warnings.all.addAll(searches.missed()));
    return warnings.all.build();
  }

  private void ofEnd(Figures figures) {
    for (ChainReport chain : figures.chains()) {
      chain
          .failure()
          .ifPresent(
              why ->
                  add(
                      "chain %d failed after %,d draws, which are left out: %s",
                      chain.chain(), chain.draws(), why));
    }
    if (figures.isInterrupted()) {
      ofFewer("interrupted", figures);
    }
    figures
        .limit()
        .ifPresent(limit -> ofFewer("its limit of " + Kept.seconds(limit) + " s is over", figures));
  }

  private void ofFewer(String why, Figures figures) {
    add(
        "%s: of %,d chains of %,d draws, %,d of %,d are kept",
        why, figures.chains().size(), figures.planned(), figures.keptChains(), figures.keptDraws());
  }

  private void ofDivergences(Figures figures, int draws) {
    int divergences = figures.chains().stream().mapToInt(ChainReport::divergences).sum();
    if (divergences >= MANY * draws && divergences > 0) {
      add(
          "%,d of %,d trajectories diverged, so a part of the posterior may be missing; raise the"
              + " target acceptance (targetAcceptance(0.95)), or write the model in other variables"
              + " (Reparam.automatic())",
          divergences, draws);
    } else if (divergences > FEW * draws) {
      add(
          "%,d of %,d trajectories diverged, which are few; where they lie together"
              + " (PairsPicture.divergent) a part of the posterior may be missing: raise the target"
              + " acceptance then (targetAcceptance(0.95))",
          divergences, draws);
    }
  }

  private void ofDepth(Figures figures, int draws) {
    int hits = figures.chains().stream().mapToInt(ChainReport::depthLimitHits).sum();
    if (hits > FEW * draws) {
      add(
          "%,d of %,d trajectories ended at the depth limit before they turned back, so draws"
              + " depend on each other more than need be; write the model in other variables, warm"
              + " up longer, or raise maxDepth",
          hits, draws);
    }
  }

  private void ofEnergy(ChainReport chain) {
    if (chain.ebfmi() < Ebfmi.LEAST) {
      add(
          "E-BFMI of chain %d is %s, below %s: it walks slowly through its energies and may miss"
              + " the tails; write the model in other variables, or warm up longer",
          chain.chain(), Wording.beside(Ebfmi.LEAST, chain.ebfmi(), 2), Ebfmi.LEAST);
    }
  }

  @FormatMethod
  private void add(String format, Object... values) {
    all.add(String.format(Locale.ROOT, format, values));
  }
}
