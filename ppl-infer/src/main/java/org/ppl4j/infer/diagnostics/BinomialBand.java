package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Range;

/** Where a count lies that is of a binomial law. */
public final class BinomialBand {

  private BinomialBand() {}

  /**
   * Where the number of successes lies with a given probability: the shortest range that leaves at
   * most half of the rest on each side.
   *
   * @param trials how many, at least 1
   * @param share the probability of a success, from 0 to 1
   * @param probability of the range, above 0 and below 1
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Range<Integer> of(int trials, double share, double probability) {
    Double success = share;
    checkArgument(
        trials >= 1 && share >= 0 && share <= 1,
        "band is of %s trials of probability %s, but needs at least 1, and one from 0 to 1",
        trials,
        success);
    checkArgument(
        probability > 0 && probability < 1,
        "band has probability %s, but must have one above 0 and below 1",
        probability);
    double side = (1 - probability) / 2;
    int low = 0;
    int high = 0;
    double below = 0;
    double logChoose = 0;
    for (int k = 0; k <= trials; k++) {
      if (k > 0) {
        logChoose += Math.log((double) (trials - k + 1) / k);
      }
      below += Math.exp(logChoose + power(share, k) + power(1 - share, trials - k));
      low += below <= side ? 1 : 0;
      high += below < 1 - side ? 1 : 0;
    }
    return Range.closed(low, Math.min(high, trials));
  }

  private static double power(double base, int exponent) {
    return exponent == 0 ? 0 : exponent * Math.log(base);
  }
}
