package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.internal.math.Order;

/**
 * The highest density interval of a number: the shortest one that holds a given share of its draws.
 * Where the density has several modes it may hold a gap between them.
 *
 * <p>It goes from a draw to a draw, and the draws in it weigh more than the share, by as little as
 * can be: of S draws that count alike there are ⌊p S⌋ + 1 in it. Of several that are as short it is
 * the lowest. NaN among the draws makes both ends NaN.
 *
 * <p>Source: Chen and Shao, "Monte Carlo estimation of Bayesian credible and HPD intervals" (1999).
 *
 * @param low the lower end
 * @param high the upper end
 */
public record HighestDensityInterval(double low, double high) {

  /** Its ends to four digits. */
  @Override
  public String toString() {
    return String.format(Locale.ROOT, "%.4g to %.4g", low, high);
  }

  /** Sums of weights that differ by no more are the same. */
  private static final double ROUNDING = 1e-12;

  /**
   * Of draws that count alike.
   *
   * @param probability the share, above 0 and at most 1
   * @throws IllegalArgumentException if there is no draw, or the probability is out of this range
   */
  public static HighestDensityInterval of(double[] draws, double probability) {
    double[] weights = new double[draws.length];
    Arrays.fill(weights, 1.0 / draws.length);
    return of(draws, weights, probability);
  }

  /**
   * Of draws with weights.
   *
   * @param weights one a draw, which sum to 1
   * @param probability the share, above 0 and at most 1
   * @throws IllegalArgumentException if there is no draw, there are not as many weights, or the
   *     probability is out of this range
   */
  public static HighestDensityInterval of(double[] draws, double[] weights, double probability) {
    checkArgument(
        probability > 0 && probability <= 1,
        "highest density interval is asked for probability %s, but needs one above 0, at most 1",
        probability);
    checkArgument(draws.length > 0, "highest density interval is of no draws; pass at least one");
    checkArgument(
        draws.length == weights.length,
        "highest density interval is of %s draws, but %s weights; pass one for each",
        draws.length,
        weights.length);
    int[] order = Arrays.stream(Order.ascending(draws)).filter(i -> weights[i] > 0).toArray();
    int count = order.length;
    if (Double.isNaN(draws[order[count - 1]])) {
      return new HighestDensityInterval(Double.NaN, Double.NaN);
    }
    int from = 0;
    int to = count - 1;
    int next = 0;
    double inside = 0; // the weight of the draws first to next - 1
    for (int first = 0; first < count; first++) {
      while (next < count && inside <= probability + ROUNDING) {
        inside += weights[order[next++]];
      }
      if (inside <= probability + ROUNDING) {
        break;
      }
      if (draws[order[next - 1]] - draws[order[first]] < draws[order[to]] - draws[order[from]]) {
        from = first;
        to = next - 1;
      }
      inside -= weights[order[first]];
    }
    return new HighestDensityInterval(draws[order[from]], draws[order[to]]);
  }
}
