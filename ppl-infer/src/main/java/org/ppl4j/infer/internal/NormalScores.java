package org.ppl4j.infer.internal;

import org.ppl4j.internal.math.NormalQuantile;

/**
 * What ranks become that are to look as if drawn from the standard normal distribution: its
 * quantiles at (r − 3/8) / (S + 1/4) of rank r among S.
 *
 * <p>Source: Blom, "Statistical estimates and transformed beta-variables" (1958).
 */
public final class NormalScores {

  private NormalScores() {}

  /** Those of the ranks from 1 to a count. */
  public static double[] of(int count) {
    double[] scores = new double[count];
    for (int i = 0; i < count; i++) {
      scores[i] = of(i + 1, count);
    }
    return scores;
  }

  /**
   * That of one rank.
   *
   * @param rank from 1, the mean of those that equal numbers have
   */
  public static double of(double rank, int count) {
    return NormalQuantile.of((rank - 0.375) / (count + 0.25));
  }
}
