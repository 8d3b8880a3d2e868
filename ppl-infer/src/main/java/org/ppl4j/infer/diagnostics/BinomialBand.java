package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.Range;
import java.util.function.IntToDoubleFunction;

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
    double[] logChoose = {0};
    return range(
        trials,
        probability,
        k -> {
          logChoose[0] += k == 0 ? 0 : Math.log((double) (trials - k + 1) / k);
          return logChoose[0] + power(share, k) + power(1 - share, trials - k);
        });
  }

  /**
   * {@link #of(int, double, double)} where the probability of a success is itself of a beta law: of
   * a conformal interval, say, of which {@code n} rows for calibration leave some gaps inside and
   * others outside.
   *
   * @param inside the first parameter of the beta law, positive
   * @param outside the second, positive
   * @throws IllegalArgumentException if one is out of its range
   */
  public static Range<Integer> of(int trials, double inside, double outside, double probability) {
    Double a = inside;
    Double b = outside;
    checkArgument(
        trials >= 1 && inside > 0 && outside > 0,
        "band is of %s trials of a probability of law beta(%s, %s), but needs at least 1, and"
            + " positive parameters",
        trials,
        a,
        b);
    double none = 0;
    for (int i = 0; i < trials; i++) {
      none += Math.log((outside + i) / (inside + outside + i));
    }
    double[] log = {none};
    return range(
        trials,
        probability,
        k -> {
          int rest = trials - k;
          log[0] += k == 0 ? 0 : Math.log((rest + 1.0) / k * ((inside + k - 1) / (outside + rest)));
          return log[0];
        });
  }

  /**
   * The range of a law.
   *
   * @param logs of the probabilities of 0, 1, … successes, asked for in this order
   */
  private static Range<Integer> range(int trials, double probability, IntToDoubleFunction logs) {
    checkArgument(
        probability > 0 && probability < 1,
        "band has probability %s, but must have one above 0 and below 1",
        probability);
    double side = (1 - probability) / 2;
    int low = 0;
    int high = 0;
    double below = 0;
    for (int k = 0; k <= trials; k++) {
      below += Math.exp(logs.applyAsDouble(k));
      low += below <= side ? 1 : 0;
      high += below < 1 - side ? 1 : 0;
    }
    return Range.closed(low, Math.min(high, trials));
  }

  private static double power(double base, int exponent) {
    return exponent == 0 ? 0 : exponent * Math.log(base);
  }
}
