package org.ppl4j.infer.approximation;

import java.util.Arrays;
import org.ppl4j.infer.diagnostics.SmoothedWeights;
import org.ppl4j.tensor.Rng;

/**
 * Draws of normal distributions with the logarithms of their weights as draws of a target.
 *
 * @param vectors (N, D), row by row
 * @param logWeights log p − log q, where q is the density of all distributions together, as if each
 *     draw were of any of them: the weights then vary least (Veach and Guibas 1995, the balance
 *     heuristic), and draws of a distribution that is too narrow have none that are too large; −∞
 *     where p is 0 or NaN
 * @param undefined how many are NaN
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Weighed(double[] vectors, double[] logWeights, int undefined) {

  /** So many draws; the first are the same however many there are. */
  static Weighed of(Target<?> target, Mixture mixture, int draws) {
    double[] vectors = mixture.draws(noise(target), draws);
    int size = target.size();
    double[] logWeights = target.values(vectors);
    int undefined = 0;
    for (int i = 0; i < draws; i++) {
      if (Double.isNaN(logWeights[i])) {
        undefined++;
        logWeights[i] = Double.NEGATIVE_INFINITY;
      }
      logWeights[i] -= mixture.logProb(Arrays.copyOfRange(vectors, i * size, (i + 1) * size));
    }
    return new Weighed(vectors, logWeights, undefined);
  }

  /** The stream that draws are made of. */
  static Rng noise(Target<?> target) {
    return Rng.of(target.config().seed(), Rng.Purpose.PREDICT, 0, "approximation");
  }

  /**
   * The weights, smoothed.
   *
   * @throws IllegalArgumentException if all are 0
   */
  SmoothedWeights smoothed() {
    return SmoothedWeights.of(logWeights);
  }
}
