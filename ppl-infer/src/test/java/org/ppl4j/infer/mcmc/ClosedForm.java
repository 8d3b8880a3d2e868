package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;
import org.ppl4j.infer.diagnostics.Chains;

/** Draws of chains against moments in closed form, within four Monte Carlo standard errors. */
final class ClosedForm {

  static final double ERRORS = 4;

  private ClosedForm() {}

  /** A mean and a standard deviation, by the effective sizes of chains (of normal draws the sd). */
  static void check(Samples samples, String name, int at, double mean, double sd) {
    int size = Math.toIntExact(samples.shape(name).size());
    double[] values = samples.values(name);
    int length = Math.toIntExact(samples.draws()) / samples.chains();
    double[][] chains = new double[samples.chains()][length];
    for (int c = 0; c < chains.length; c++) {
      for (int i = 0; i < length; i++) {
        chains[c][i] = values[(c * length + i) * size + at];
      }
    }
    Chains judged = Chains.of(chains);
    Summary.Row row = samples.summary().get(name + Summary.subscript(samples.shape(name), at));
    assertThat(row.mean()).isCloseTo(mean, within(ERRORS * sd / Math.sqrt(judged.meanSize())));
    assertThat(row.sd()).isCloseTo(sd, within(1.2 * ERRORS * sd / Math.sqrt(2 * judged.sdSize())));
    assertThat(row.rhat()).isLessThan(1.02);
  }
}
