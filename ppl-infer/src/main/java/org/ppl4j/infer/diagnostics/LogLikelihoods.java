package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.internal.math.Nearest;

/**
 * The log likelihood log p(yᵢ | θₛ) of each observation i under each of S draws of a posterior:
 * what {@link Waic} and {@link Loo} are computed from.
 *
 * <p>The draws are independent and count alike, unless they are of {@linkplain #ofChains chains},
 * one after the other, or have {@linkplain #weighted weights}.
 */
public final class LogLikelihoods {

  private final ImmutableList<String> names;
  private final double[][] columns; // of each observation
  private final int chains; // 0: independent draws
  private final double[] weights; // of a sum of 1

  private LogLikelihoods(
      ImmutableList<String> names, double[][] columns, int chains, double[] weights) {
    this.names = names;
    this.columns = columns;
    this.chains = chains;
    this.weights = weights;
  }

  /**
   * Of independent draws.
   *
   * @param observations by name, such as {@code y[3]}, each with one number a draw
   * @throws IllegalArgumentException if there is none, they are not of as many draws, or a number
   *     is not finite
   */
  public static LogLikelihoods of(Map<String, double[]> observations) {
    return of(observations, 0, null);
  }

  /**
   * Of Markov chains of equal length, the draws of one after those of the other.
   *
   * @param observations as {@link #of}
   * @param chains how many, at least 1
   * @throws IllegalArgumentException as {@link #of}, or if the draws are not as many of each chain
   */
  public static LogLikelihoods ofChains(Map<String, double[]> observations, int chains) {
    checkArgument(chains >= 1, "log likelihoods are of %s chains, but need at least 1", chains);
    return of(observations, chains, null);
  }

  /**
   * Of draws with weights.
   *
   * @param observations as {@link #of}
   * @param logWeights the logarithms of the weights up to a constant, one a draw
   * @throws IllegalArgumentException as {@link #of}, or if there are not as many weights, one is
   *     NaN or +∞, or all are 0
   */
  public static LogLikelihoods weighted(Map<String, double[]> observations, double[] logWeights) {
    return of(observations, 0, logWeights);
  }

  private static LogLikelihoods of(
      Map<String, double[]> observations, int chains, double @Nullable [] logWeights) {
    ImmutableMap<String, double[]> all = ImmutableMap.copyOf(observations);
    checkArgument(!all.isEmpty(), "log likelihoods are of no observation; pass at least one");
    double[][] columns = all.values().stream().map(double[]::clone).toArray(double[][]::new);
    ImmutableList<String> names = all.keySet().asList();
    int draws = columns[0].length;
    for (int i = 0; i < columns.length; i++) {
      checkArgument(
          columns[i].length == draws && draws > 0,
          "log likelihoods have %s draws of '%s' and %s of '%s'; pass as many of each, at least"
              + " one",
          draws,
          names.get(0),
          columns[i].length,
          names.get(i));
      checkFinite(names.get(i), columns[i]);
    }
    checkArgument(
        chains == 0 || draws % chains == 0,
        "log likelihoods have %s draws, which are not as many of each of %s chains",
        draws,
        chains);
    return new LogLikelihoods(names, columns, chains, weights(draws, logWeights));
  }

  private static void checkFinite(String name, double[] column) {
    for (int draw = 0; draw < column.length; draw++) {
      checkArgument(
          Double.isFinite(column[draw]),
          "log likelihood of '%s' is %s at draw %s, but must be finite; look for an observation"
              + " that the model rules out",
          name,
          column[draw],
          draw);
    }
  }

  private static double[] weights(int draws, double @Nullable [] logWeights) {
    double[] weights = new double[draws];
    if (logWeights == null) {
      Arrays.fill(weights, 1.0 / draws);
      return weights;
    }
    checkArgument(
        logWeights.length == draws,
        "log likelihoods have %s draws, but %s weights; pass one for each",
        draws,
        logWeights.length);
    double largest = Doubles.max(logWeights);
    checkArgument(
        Double.isFinite(largest),
        "the largest log weight of log likelihoods is %s, but must be finite",
        largest);
    double sum = Arrays.stream(logWeights).map(w -> Math.exp(w - largest)).sum();
    Arrays.setAll(weights, i -> Math.exp(logWeights[i] - largest) / sum);
    return weights;
  }

  /** The names of the observations. */
  public ImmutableList<String> names() {
    return names;
  }

  /** How many draws there are, S. */
  public int draws() {
    return columns[0].length;
  }

  /** How many observations there are, N. */
  public int observations() {
    return columns.length;
  }

  /**
   * The log likelihood of an observation under each draw.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public double[] of(String name) {
    int place = names.indexOf(name);
    checkArgument(
        place >= 0,
        "log likelihoods have no observation '%s', only %s; ask for one",
        name,
        Nearest.to(name, names));
    return columns[place].clone();
  }

  // --- figures of one observation

  double[] column(int observation) {
    return columns[observation];
  }

  double[] weights() {
    return weights;
  }

  /** The logarithm of the mean likelihood: of the posterior predictive density. */
  double logMean(int observation) {
    return logMean(columns[observation], weights);
  }

  /** log Σ w exp(x); −∞ if all are. */
  public static double logMean(double[] x, double[] weights) {
    double largest = Doubles.max(x);
    if (Double.isInfinite(largest)) {
      return largest;
    }
    double sum = 0;
    for (int i = 0; i < x.length; i++) {
      sum += weights[i] * Math.exp(x[i] - largest);
    }
    return largest + Math.log(sum);
  }

  /** The variance over the draws, Σ w (x − mean)² / (1 − Σ w²). */
  double variance(int observation) {
    double[] x = columns[observation];
    double mean = IntStream.range(0, x.length).mapToDouble(i -> weights[i] * x[i]).sum();
    double squares = 0;
    double ofWeights = 0;
    for (int i = 0; i < x.length; i++) {
      squares += weights[i] * (x[i] - mean) * (x[i] - mean);
      ofWeights += weights[i] * weights[i];
    }
    return squares / (1 - ofWeights);
  }

  /** The effective size of the chains for the mean likelihood, as a share of their number. */
  double efficiency(int observation) {
    if (chains == 0) {
      return 1;
    }
    double[] x = columns[observation];
    double largest = Doubles.max(x);
    int length = x.length / chains;
    double[][] likelihoods = new double[chains][length];
    for (int i = 0; i < x.length; i++) {
      likelihoods[i / length][i % length] = Math.exp(x[i] - largest);
    }
    double size = Chains.of(likelihoods).wholeSize();
    return Double.isNaN(size) ? 1 : size / x.length;
  }

  /** How many draws of how many observations. */
  @Override
  public String toString() {
    return "LogLikelihoods("
        + draws()
        + " draws"
        + (chains == 0 ? "" : " in " + chains + " chains")
        + " of "
        + observations()
        + " observations)";
  }
}
