package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import org.ppl4j.infer.mcmc.SamplerReport.Figures;

/** What speaks for trusting trajectories: the other side of {@link SamplerWarnings}. */
final class SamplerMerits {

  private SamplerMerits() {}

  /** Those that these figures give reason for. */
  static ImmutableList<String> of(Figures figures) {
    ImmutableList.Builder<String> merits = ImmutableList.builder();
    double energy = figures.chains().stream().mapToDouble(ChainReport::ebfmi).min().orElse(0);
    boolean hasTrajectories = !Double.isNaN(energy);
    int draws = figures.chains().stream().mapToInt(ChainReport::draws).sum();
    int hits = figures.chains().stream().mapToInt(ChainReport::depthLimitHits).sum();
    if (hasTrajectories && figures.chains().stream().allMatch(of -> of.divergences() == 0)) {
      merits.add(String.format(Locale.ROOT, "none of %,d trajectories diverged", draws));
    }
    if (hasTrajectories && hits == 0) {
      merits.add("no trajectory was cut short by the depth limit");
    }
    if (energy >= Ebfmi.LEAST) {
      merits.add(
          String.format(
              Locale.ROOT,
              "E-BFMI is at least %.2f, not below %s: chains move through their energies",
              energy,
              Ebfmi.LEAST));
    }
    return merits.build();
  }
}
