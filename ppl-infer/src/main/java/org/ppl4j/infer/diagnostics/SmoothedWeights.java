package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Locale;
import org.ppl4j.infer.internal.GeneralizedPareto;
import org.ppl4j.internal.math.Order;

/**
 * Importance weights whose largest are smoothed by a generalized Pareto distribution, and its shape
 * k-hat, which says how far they can be trusted.
 *
 * <p>Of S weights those above a cut are replaced, in their order, by the quantiles (i − ½) / M of
 * the distribution fitted to the M of them; none becomes larger than the largest was. The cut is
 * the largest of the S − ⌈min(0.2 S, 3 √S)⌉ smallest weights, and at least the smallest positive
 * double of full precision times the largest weight. The weights have finite moments up to order 1
 * / k only: below k = ½ a variance, and the mean of S weights is near its limit at the usual speed;
 * above 0.7 far more draws are needed than anyone has.
 *
 * <p>At the edges: where the largest weight is that of {@value #TIES} draws, or of all, to 1e-9
 * (relative), weights have no tail, and k-hat is −∞; so it is of a guide that is the posterior, and
 * of draws of separate modes, each right but for its weight. Otherwise fewer than five distinct
 * weights above the cut, as of log weights 0, −1000, −2000, …, are a tail that nothing can be
 * fitted to: k-hat is +∞, and the weights stay as they are. Weights of 0 count among the S.
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

  /** Fewer distinct weights than this in the tail say nothing of it. */
  private static final int MIN_TAIL = 5;

  /** So many that are as large as the largest are no tail: their share is known to a quarter. */
  private static final int TIES = 20;

  /** Log weights that differ by no more are the same, whatever their rounding errors. */
  public static final double SAME = 1e-9;

  /** The cut is not below this share of the largest weight. */
  private static final double MIN_CUT = Math.log(Double.MIN_NORMAL);

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
    return of(SAME, logWeights);
  }

  /**
   * Smooths weights that were computed with rounding errors.
   *
   * @param rounding log weights that differ by no more are the same; at least {@link #SAME}
   * @param logWeights their logarithms, up to a constant; −∞ for a weight of 0
   * @throws IllegalArgumentException if the rounding is less than 1e-9 or not finite, there is no
   *     weight, all are 0, or one is NaN or infinite
   */
  public static SmoothedWeights of(double rounding, double[] logWeights) {
    return of(rounding, 1, logWeights);
  }

  /**
   * Smooths weights of draws that depend on each other, as those of Markov chains: the less they
   * are worth, the more of them are the tail, ⌈min(0.2 S, 3 √(S / efficiency))⌉.
   *
   * @param efficiency the effective size of the draws as a share of their number; above 0
   * @param logWeights their logarithms, up to a constant; −∞ for a weight of 0
   * @throws IllegalArgumentException if the efficiency is not above 0, or as {@link #of(double...)}
   */
  public static SmoothedWeights ofDependent(double efficiency, double[] logWeights) {
    checkArgument(
        efficiency > 0 && Double.isFinite(efficiency),
        "smoothed weights have efficiency %s, but it must be finite and above 0",
        efficiency);
    return of(SAME, efficiency, logWeights);
  }

  private static SmoothedWeights of(double rounding, double efficiency, double[] logWeights) {
    int count = logWeights.length;
    checkArgument(
        rounding >= SAME && Double.isFinite(rounding),
        "smoothed weights have rounding %s, but it must be finite and at least %s",
        rounding,
        SAME);
    checkArgument(count > 0, "there are no weights to smooth; draw at least one");
    for (int i = 0; i < count; i++) {
      Double weight = logWeights[i];
      checkArgument(
          weight < Double.POSITIVE_INFINITY,
          "log weight %s is %s, but a weight must be finite; look for a density that is not",
          i,
          weight);
    }
    double largest = Doubles.max(logWeights);
    checkArgument(
        largest > Double.NEGATIVE_INFINITY,
        "all %s weights are 0; no draw lies where the target does",
        count);
    double[] smoothed = new double[count];
    Arrays.setAll(smoothed, i -> logWeights[i] - largest);
    Tail tail = tail(smoothed, efficiency);
    double khat = smooth(smoothed, tail, rounding);
    double sum = Arrays.stream(smoothed).map(Math::exp).sum();
    double logSum = Math.log(sum);
    Arrays.setAll(smoothed, i -> smoothed[i] - logSum);
    return new SmoothedWeights(
        smoothed, khat, tail.places().length, largest + logSum - Math.log(count));
  }

  /** Where the weights above the cut are, the smallest first. */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Tail(int[] places, double logCut) {}

  private static Tail tail(double[] logWeights, double efficiency) {
    int count = logWeights.length;
    int[] order = Order.ascending(logWeights);
    double wanted = Math.ceil(Math.min(0.2 * count, 3 * Math.sqrt(count / efficiency)));
    int tail = Math.min(count - 1, (int) wanted);
    double cut = Math.max(logWeights[order[count - tail - 1]], MIN_CUT);
    return new Tail(
        Arrays.stream(order, count - tail, count).filter(i -> logWeights[i] > cut).toArray(), cut);
  }

  /**
   * Replaces the weights of the tail.
   *
   * @param logWeights of which the largest is 0
   * @return the shape of their distribution
   */
  private static double smooth(double[] logWeights, Tail tail, double rounding) {
    long largest = Arrays.stream(logWeights).filter(weight -> weight >= -rounding).count();
    if (largest >= Math.min(TIES, logWeights.length)) {
      return Double.NEGATIVE_INFINITY;
    }
    int[] places = tail.places();
    if (Arrays.stream(places).mapToDouble(i -> logWeights[i]).distinct().count() < MIN_TAIL) {
      return Double.POSITIVE_INFINITY;
    }
    double cut = Math.exp(tail.logCut());
    double[] excess =
        Arrays.stream(places)
            .mapToDouble(i -> cut * Math.expm1(logWeights[i] - tail.logCut()))
            .toArray();
    GeneralizedPareto fit = GeneralizedPareto.fit(excess);
    for (int i = 0; i < places.length && Double.isFinite(fit.shape()); i++) {
      double quantile = fit.quantile((i + 0.5) / places.length);
      logWeights[places[i]] = Math.min(0, Math.log(cut + quantile));
    }
    return fit.shape();
  }

  /**
   * The shape of the distribution of the largest weights; −∞ if these are the same, as those of a
   * guide that is the posterior; otherwise +∞ if fewer than five distinct ones are above the cut,
   * so for any 20 weights or fewer.
   */
  public double khat() {
    return khat;
  }

  /** How many weights there are. */
  public int size() {
    return logWeights.length;
  }

  /** How many are above the cut. */
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
