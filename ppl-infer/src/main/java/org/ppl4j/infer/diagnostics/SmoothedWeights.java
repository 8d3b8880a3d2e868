package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;

/**
 * Importance weights whose largest are smoothed by a generalized Pareto distribution, and its shape
 * k-hat, which says how far they can be trusted.
 *
 * <p>Of S weights the M = min(0.2 S, 3 √S) largest are replaced, in their order, by the quantiles
 * (i − ½) / M of the distribution fitted to them above the largest of the others; none becomes
 * larger than the largest was. The weights have finite moments up to order 1 / k only: below k = ½
 * a variance, and the mean of S weights is near its limit at the usual speed; above 0.7 far more
 * draws are needed than anyone has.
 *
 * <p>For weights p(x, z) / q(z) of draws from q, such as a guide's, k-hat is also a measure of how
 * close q is to p. It sees only where q draws: a guide that misses a whole mode may have a small
 * one.
 *
 * <p>Source: Vehtari, Simpson, Gelman, Yao and Gabry, "Pareto smoothed importance sampling" (2024);
 * Yao, Vehtari, Simpson and Gelman, "Yes, but did it work? Evaluating variational inference"
 * (2018).
 */
public final class SmoothedWeights {

  /** Up to this k-hat weights are useful. */
  public static final double THRESHOLD = 0.7;

  /** Fewer weights than this in the tail say nothing of it. */
  private static final int LEAST_TAIL = 5;

  /** Weights of the tail that differ by less, relative to the largest, are the same. */
  private static final double SAME = 1e-12;

  private final double[] logWeights;
  private final double khat;
  private final int tail;
  private final double logMean;

  private SmoothedWeights(double[] logWeights, double khat, int tail, double logMean) {
    this.logWeights = logWeights;
    this.khat = khat;
    this.tail = tail;
    this.logMean = logMean;
  }

  /**
   * Smooths weights.
   *
   * @param logWeights their logarithms, up to a constant; −∞ for a weight of 0
   * @throws IllegalArgumentException if there is none, all are 0, or one is NaN or infinite
   */
  public static SmoothedWeights of(double... logWeights) {
    int count = logWeights.length;
    checkArgument(count > 0, "there are no weights to smooth; draw at least one");
    int positive = 0;
    for (int i = 0; i < count; i++) {
      Double weight = logWeights[i];
      checkArgument(
          weight < Double.POSITIVE_INFINITY,
          "log weight %s is %s, but a weight must be finite; look for a density that is not",
          i,
          weight);
      positive += weight > Double.NEGATIVE_INFINITY ? 1 : 0;
    }
    checkArgument(positive > 0, "all %s weights are 0; no draw lies where the target does", count);
    double largest = Doubles.max(logWeights);
    double[] smoothed = new double[count];
    Arrays.setAll(smoothed, i -> logWeights[i] - largest);
    int tail = (int) Math.ceil(Math.min(0.2 * count, 3 * Math.sqrt(count)));
    tail = Math.min(tail, positive - 1);
    double khat = tail < LEAST_TAIL ? Double.NaN : smooth(smoothed, tail);
    double sum = Arrays.stream(smoothed).map(Math::exp).sum();
    double logSum = Math.log(sum);
    Arrays.setAll(smoothed, i -> smoothed[i] - logSum);
    return new SmoothedWeights(smoothed, khat, tail, largest + logSum - Math.log(count));
  }

  /**
   * Replaces the largest weights.
   *
   * @param logWeights of which the largest is 0
   * @return the shape of their distribution
   */
  private static double smooth(double[] logWeights, int tail) {
    int count = logWeights.length;
    int[] order =
        IntStream.range(0, count)
            .boxed()
            .sorted((i, j) -> Double.compare(logWeights[i], logWeights[j]))
            .mapToInt(i -> i)
            .toArray();
    double threshold = Math.exp(logWeights[order[count - tail - 1]]);
    double[] excess = new double[tail];
    for (int i = 0; i < tail; i++) {
      excess[i] = Math.exp(logWeights[order[count - tail + i]]) - threshold;
    }
    if (excess[tail - 1] < SAME) {
      return Double.NEGATIVE_INFINITY;
    }
    GeneralizedPareto fit = GeneralizedPareto.fit(excess);
    for (int i = 0; i < tail; i++) {
      double quantile = threshold + fit.quantile((i + 0.5) / tail);
      logWeights[order[count - tail + i]] = Math.min(0, Math.log(quantile));
    }
    return fit.shape();
  }

  /**
   * The shape of the distribution of the largest weights; −∞ if they are all the same, as those of
   * a guide that is the posterior; NaN for fewer than 25 weights, which say nothing of it.
   */
  public double khat() {
    return khat;
  }

  /** How many weights there are. */
  public int size() {
    return logWeights.length;
  }

  /** How many of the largest were smoothed. */
  public int tailSize() {
    return tail;
  }

  /** The logarithms of the smoothed weights, which sum to 1, in the order given. */
  public double[] logWeights() {
    return logWeights.clone();
  }

  /** The smoothed weights, which sum to 1, in the order given. */
  public double[] weights() {
    return Arrays.stream(logWeights).map(Math::exp).toArray();
  }

  /**
   * The logarithm of the mean of the smoothed weights as they were given: for the weights of a
   * guide's draws an estimate of the log evidence.
   */
  public double logMean() {
    return logMean;
  }

  /** How many equal weights would have the variance of these: 1 / Σ w². */
  public double effectiveSize() {
    return 1 / Arrays.stream(logWeights).map(w -> Math.exp(2 * w)).sum();
  }

  /** Size, k-hat and effective size. */
  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "SmoothedWeights(%,d weights, k-hat %.2f, effective size %,.0f)",
        size(),
        khat,
        effectiveSize());
  }
}
