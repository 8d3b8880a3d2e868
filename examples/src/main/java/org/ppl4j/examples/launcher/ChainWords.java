package org.ppl4j.examples.launcher;

import java.util.Locale;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.mcmc.SamplerReport;

/** What chains did in one line, where there are several runs to tell of, and what is wrong. */
public final class ChainWords {

  private ChainWords() {}

  /**
   * A line of figures, and one for each warning.
   *
   * @param name of the run
   */
  public static String of(String name, SamplerReport report) {
    StringBuilder text = new StringBuilder();
    text.append(
        String.format(
            Locale.ROOT,
            "%s: %,d chains of %,d draws, %,d divergences, R-hat at most %.3f, effective sizes at"
                + " least %,.0f, %,d gradients in %.1f s",
            name,
            report.figures().keptChains(),
            report.figures().keptDraws(),
            report.divergences(),
            report.largestRhat(),
            report.leastSize(),
            report.gradients(),
            report.seconds()));
    text.append(Wording.warnings(report.warnings()));
    return text.toString();
  }
}
