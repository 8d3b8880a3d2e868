package org.ppl4j.infer.internal;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import org.ppl4j.internal.math.Order;

/**
 * Figures of draws with weights, which are those of draws that count alike if weights are equal.
 * NaN among the draws makes all figures NaN.
 */
public final class WeightedDraws {

  private final Unit unit;
  private final double[] sorted; // in this unit
  private final double[] weights; // in that order, none of them 0
  private final double mean;

  /**
   * Of these.
   *
   * @param weights one a draw, which sum to 1
   */
  public WeightedDraws(double[] draws, double[] weights) {
    int[] order = Arrays.stream(Order.ascending(draws)).filter(i -> weights[i] > 0).toArray();
    this.unit = Unit.of(draws);
    this.sorted = Arrays.stream(order).mapToDouble(i -> unit.divide(draws[i])).toArray();
    this.weights = Arrays.stream(order).mapToDouble(i -> weights[i]).toArray();
    double sum = 0;
    for (int i = 0; i < sorted.length; i++) {
      sum += this.weights[i] * sorted[i];
    }
    this.mean = sum;
  }

  /**
   * Log weights less the logarithm of the sum of the weights.
   *
   * @throws IllegalArgumentException if one is NaN or +∞, or all are 0
   */
  public static double[] normalised(double[] logWeights) {
    for (int i = 0; i < logWeights.length; i++) {
      Double weight = logWeights[i];
      checkArgument(
          weight < Double.POSITIVE_INFINITY,
          "log weight %s of samples is %s, but a weight must be finite",
          i,
          weight);
    }
    double largest = logWeights.length == 0 ? 0 : Doubles.max(logWeights);
    checkArgument(
        largest > Double.NEGATIVE_INFINITY,
        "all %s weights of samples are 0; no draw lies where the target does",
        logWeights.length);
    double sum = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).sum();
    return Arrays.stream(logWeights).map(w -> w - largest - Math.log(sum)).toArray();
  }

  /** Σ w x. */
  public double mean() {
    return unit.times(mean);
  }

  /** The root of Σ w (x − mean)² / (1 − Σ w²); 0 if one draw has all weight. */
  public double sd() {
    double squares = 0;
    double ofWeights = 0;
    for (int i = 0; i < sorted.length; i++) {
      squares += weights[i] * (sorted[i] - mean) * (sorted[i] - mean);
      ofWeights += weights[i] * weights[i];
    }
    return sorted.length == 1 ? 0 : unit.times(Math.sqrt(squares / (1 - ofWeights)));
  }

  /** Where so much of the weight of the other draws is below, linearly interpolated. */
  public double quantile(double p) {
    return unit.times(inUnits(p));
  }

  private double inUnits(double p) {
    if (Double.isNaN(mean)) {
      return Double.NaN;
    }
    double below = 0;
    double last = 0;
    for (int i = 0; i < sorted.length; i++) {
      double above = Math.max(1 - below - weights[i], 0);
      double share = below + above == 0 ? 1 : below / (below + above);
      if (share >= p) {
        return i == 0
            ? sorted[0]
            : sorted[i] + (share - p) / (share - last) * (sorted[i - 1] - sorted[i]);
      }
      last = share;
      below += weights[i];
    }
    return sorted[sorted.length - 1];
  }
}
