package com.example.own;

import java.util.Arrays;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.diagnostics.Chains;

/**
 * A diagnostic of one's own: by how many of its standard errors the mean of the last half of each
 * chain is off that of the first tenth (Geweke 1992). Of chains that have converged each is about a
 * draw of N(0, 1).
 */
final class MovedMean {

  private MovedMean() {}

  /** One number a chain, of a site that is one number. */
  static double[] of(Samples samples, String site) {
    double[] values = samples.values(site);
    int length = values.length / samples.chains();
    double[] scores = new double[samples.chains()];
    for (int k = 0; k < scores.length; k++) {
      double[] chain = Arrays.copyOfRange(values, k * length, (k + 1) * length);
      double[] first = Arrays.copyOf(chain, length / 10);
      double[] last = Arrays.copyOfRange(chain, length / 2, length);
      double error = Math.hypot(Chains.of(first).meanError(), Chains.of(last).meanError());
      scores[k] = (mean(last) - mean(first)) / error;
    }
    return scores;
  }

  private static double mean(double[] values) {
    return Arrays.stream(values).average().orElseThrow();
  }
}
