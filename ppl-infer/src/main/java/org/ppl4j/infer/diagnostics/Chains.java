package org.ppl4j.infer.diagnostics;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.base.Suppliers;
import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.function.DoubleUnaryOperator;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppl4j.infer.internal.NormalScores;
import org.ppl4j.infer.internal.Unit;
import org.ppl4j.internal.math.IncompleteBeta;
import org.ppl4j.internal.math.Order;

/**
 * Whether chains of one number agree, and how many independent draws they are worth.
 *
 * <p>R-hat compares the spread of all draws with that within half chains, of ranks and of distances
 * from the median: near 1 if all halves say the same, above 1.01 if they do not. An effective size
 * is the number of draws divided by the time that they take to forget; it is at most S log₁₀ S of S
 * draws, and for the mean of quantities below 400 too few for it and for R-hat itself.
 *
 * <p>No figure depends on the unit of the draws but in its own. Each is NaN where nothing can be
 * said: of fewer than six draws a chain, of numbers that are not finite, and of one and the same
 * number. Where no chain moves but they differ, R-hat is ∞.
 *
 * <p>Cost: O(S log S), and S for each lag until the chains have forgotten.
 *
 * <p>Source: Vehtari, Gelman, Simpson, Carpenter and Bürkner, "Rank-normalization, folding, and
 * localization: an improved R-hat for assessing convergence of MCMC" (2021); autocorrelations are
 * cut by Geyer's initial monotone sequence (1992).
 */
public final class Chains {

  /** Above this R-hat chains disagree. */
  public static final double LARGEST_RHAT = 1.01;

  /** Below this size, in all, neither means nor R-hat can be relied on. */
  public static final double MIN_SIZE = 400;

  /** A half chain needs so many draws. */
  private static final int MIN_HALF = 3;

  /** The probabilities of a normal number below minus one and below one. */
  private static final double BELOW = 0.158655253931457;

  private static final double ABOVE = 1 - BELOW;

  private final Unit unit;
  private final double[][] draws; // in this unit
  private final Supplier<int[]> order; // of all draws
  private final Supplier<double[]> sorted; // all draws
  private final Supplier<double[]> ownScores; // of ranks in half chains that nobody shares
  private final Supplier<double[][]> scores; // of half chains

  private Chains(double[][] drawn) {
    this.unit = Unit.of(drawn);
    double[][] draws = Stream.of(drawn).map(unit::divide).toArray(double[][]::new);
    this.draws = draws;
    double[] all = Doubles.concat(draws);
    this.order = Suppliers.memoize(() -> Order.ascending(all));
    this.sorted = Suppliers.memoize(() -> inOrder(all, order.get()));
    this.ownScores =
        Suppliers.memoize(() -> NormalScores.of(draws.length * (draws[0].length / 2) * 2));
    this.scores = Suppliers.memoize(() -> scores(all, order.get()));
  }

  /**
   * Of these draws, chain by chain.
   *
   * @throws IllegalArgumentException if there is none, or chains differ in length
   */
  public static Chains of(double[]... draws) {
    checkArgument(
        draws.length > 0 && draws[0].length > 0, "chains are of no draws; pass at least one");
    for (double[] chain : draws) {
      checkArgument(
          chain.length == draws[0].length,
          "chains have %s and %s draws; pass as many of each",
          draws[0].length,
          chain.length);
    }
    return new Chains(draws);
  }

  /**
   * R-hat of half chains, rank-normalised: the greater of that of the draws and of their distances
   * from the median.
   */
  public double rhat() {
    if (!isUsable(draws)) {
      return Double.NaN; // ranks would hide it
    }
    double median = quantile(0.5);
    double bulk = rhat(scores.get());
    double[] distances = Doubles.concat(mapped(x -> Math.abs(x - median)));
    double folded = rhat(scores(distances, outwards(distances)));
    return Double.isNaN(bulk) || Double.isNaN(folded) ? Double.NaN : Math.max(bulk, folded);
  }

  /** The effective size for the middle of the distribution, of normalised ranks. */
  public double bulkSize() {
    return isUsable(draws) ? size(scores.get()) : Double.NaN;
  }

  /** The effective size for the ends: the lesser of those of the 5% and the 95% quantile. */
  public double tailSize() {
    double low = quantileSize(0.05);
    double high = quantileSize(0.95);
    return Double.isNaN(low) || Double.isNaN(high) ? Double.NaN : Math.min(low, high);
  }

  /** The effective size for the mean. */
  public double meanSize() {
    return size(halves(draws));
  }

  /** The effective size for the mean of whole chains, where it does not matter if they drift. */
  double wholeSize() {
    return size(draws);
  }

  /** The effective size for the standard deviation. */
  public double sdSize() {
    double mean = mean(Doubles.concat(draws));
    return size(halves(mapped(x -> (x - mean) * (x - mean))));
  }

  /**
   * The effective size for a quantile.
   *
   * @param p from 0 to 1
   */
  public double quantileSize(double p) {
    double cut = quantile(p);
    return isUsable(draws) ? size(halves(mapped(x -> x <= cut ? 1 : 0))) : Double.NaN;
  }

  /** The standard error of the mean of all draws as an estimate of the expectation. */
  public double meanError() {
    return unit.times(Math.sqrt(variance(Doubles.concat(draws))) / Math.sqrt(meanSize()));
  }

  /**
   * The standard error of the standard deviation of all draws, by the delta method from that of the
   * variance.
   */
  public double sdError() {
    double[] all = Doubles.concat(draws);
    double mean = mean(all);
    double variance = Arrays.stream(all).map(x -> Math.pow(x - mean, 2)).sum() / all.length;
    double fourth = Arrays.stream(all).map(x -> Math.pow(x - mean, 4)).sum() / all.length;
    return unit.times(Math.sqrt((fourth - variance * variance) / sdSize() / variance) / 2);
  }

  /**
   * The standard error of a quantile: half the distance of the draws between which it lies with the
   * probability of one standard deviation to each side.
   *
   * @param p from 0 to 1
   */
  public double quantileError(double p) {
    double size = quantileSize(p);
    if (Double.isNaN(size)) {
      return Double.NaN;
    }
    double[] sorted = this.sorted.get();
    double from = betaQuantile(BELOW, size * p + 1, size * (1 - p) + 1) * sorted.length;
    double to = betaQuantile(ABOVE, size * p + 1, size * (1 - p) + 1) * sorted.length;
    int first = Math.max((int) Math.floor(from), 1);
    int last = Math.min((int) Math.ceil(to), sorted.length);
    return unit.times((sorted[last - 1] - sorted[first - 1]) / 2);
  }

  /** Where the beta distribution has this probability below, by bisection. */
  private static double betaQuantile(double probability, double a, double b) {
    double low = 0;
    double high = 1;
    for (double x = 0.5; low < x && x < high && high - low > 1e-15; x = low + (high - low) / 2) {
      if (IncompleteBeta.at(a, b, x, 1 - x).lower() < probability) {
        low = x;
      } else {
        high = x;
      }
    }
    return low;
  }

  // --- what is looked at

  private double[][] mapped(DoubleUnaryOperator operator) {
    double[][] mapped = new double[draws.length][draws[0].length];
    for (int c = 0; c < mapped.length; c++) {
      for (int i = 0; i < mapped[c].length; i++) {
        mapped[c][i] = operator.applyAsDouble(draws[c][i]);
      }
    }
    return mapped;
  }

  /** The first and second halves; of an odd number without the draw in the middle. */
  private static double[][] halves(double[][] chains) {
    int length = chains[0].length;
    int half = length / 2;
    return Stream.of(chains)
        .flatMap(
            chain ->
                Stream.of(
                    Arrays.copyOf(chain, half), Arrays.copyOfRange(chain, length - half, length)))
        .toArray(double[][]::new);
  }

  /**
   * The normal scores of the ranks of numbers among all of half chains; equal ones share their mean
   * rank.
   *
   * @param x of whole chains, one after the other
   * @param order from the least to the greatest
   */
  private double[][] scores(double[] x, int[] order) {
    int length = draws[0].length;
    int half = length / 2;
    int[] ranked = half * 2 == length ? order : withoutMiddles(order, length);
    double[] own = ownScores.get();
    double[] scores = new double[x.length];
    for (int from = 0, to; from < ranked.length; from = to) {
      for (to = from + 1; to < ranked.length && x[ranked[to]] == x[ranked[from]]; to++) {}
      double score =
          to == from + 1 ? own[from] : NormalScores.of((from + 1 + to) / 2.0, ranked.length);
      for (int i = from; i < to; i++) {
        scores[ranked[i]] = score;
      }
    }
    return IntStream.range(0, 2 * draws.length)
        .mapToObj(h -> (h / 2) * length + (h % 2) * (length - half))
        .map(first -> Arrays.copyOfRange(scores, first, first + half))
        .toArray(double[][]::new);
  }

  /** An order of whole chains of odd length without the draw in the middle of each. */
  private static int[] withoutMiddles(int[] order, int length) {
    return Arrays.stream(order).filter(i -> i % length != length / 2).toArray();
  }

  /**
   * The order of the distances of all draws from a number between them, which falls, then rises.
   */
  private int[] outwards(double[] distances) {
    int[] order = this.order.get();
    int[] outwards = new int[order.length];
    int low = 0;
    int high = order.length - 1;
    for (int i = outwards.length - 1; i >= 0; i--) {
      boolean isLow = distances[order[low]] > distances[order[high]];
      outwards[i] = order[isLow ? low++ : high--];
    }
    return outwards;
  }

  private double quantile(double p) {
    checkArgument(p >= 0 && p <= 1, "quantile is asked for %s, but must be from 0 to 1", p);
    double[] sorted = this.sorted.get();
    double at = p * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }

  private static double[] inOrder(double[] x, int[] order) {
    double[] sorted = new double[x.length];
    for (int i = 0; i < sorted.length; i++) {
      sorted[i] = x[order[i]];
    }
    return sorted;
  }

  /** Whether numbers are finite and not all the same but for a rounding. */
  private static boolean isUsable(double[][] chains) {
    double least = Double.POSITIVE_INFINITY;
    double greatest = Double.NEGATIVE_INFINITY;
    for (double[] chain : chains) {
      for (double x : chain) {
        if (!Double.isFinite(x)) {
          return false;
        }
        least = Math.min(least, x);
        greatest = Math.max(greatest, x);
      }
    }
    double rounding = Math.ulp(Math.max(Math.abs(least), Math.abs(greatest)));
    return chains[0].length >= MIN_HALF && greatest > least && greatest - least >= rounding;
  }

  // --- the figures

  private static double rhat(double[][] chains) {
    if (!isUsable(chains)) {
      return Double.NaN;
    }
    int n = chains[0].length;
    double within = mean(Stream.of(chains).mapToDouble(Chains::variance).toArray());
    double between = variance(Stream.of(chains).mapToDouble(Chains::mean).toArray());
    return Math.sqrt((n * between / within + n - 1) / n);
  }

  /** From the first number on, so that the mean of equal numbers is that number. */
  private static double mean(double[] x) {
    double sum = 0;
    for (double each : x) {
      sum += each - x[0];
    }
    return x[0] + sum / x.length;
  }

  /** With divisor n − 1. */
  private static double variance(double[] x) {
    double mean = mean(x);
    double sum = 0;
    for (double each : x) {
      sum += (each - mean) * (each - mean);
    }
    return sum / (x.length - 1);
  }

  private static double size(double[][] chains) {
    if (!isUsable(chains)) {
      return Double.NaN;
    }
    Autocorrelation correlation = new Autocorrelation(chains);
    double draws = (double) chains.length * chains[0].length;
    return draws / Math.max(correlation.time(), 1 / Math.log10(draws));
  }

  /** The autocorrelation of several chains together, lag by lag. */
  private static final class Autocorrelation {

    private final double[][] centred;
    private final int length;
    private final double within;
    private final double variance;

    Autocorrelation(double[][] chains) {
      double[] means = Stream.of(chains).mapToDouble(Chains::mean).toArray();
      length = chains[0].length;
      centred = new double[chains.length][length];
      for (int c = 0; c < centred.length; c++) {
        for (int i = 0; i < length; i++) {
          centred[c][i] = chains[c][i] - means[c];
        }
      }
      within = covariance(0) * length / (length - 1);
      variance = covariance(0) + (chains.length > 1 ? Chains.variance(means) : 0);
    }

    /** The mean over the chains of their autocovariances at a lag, divisor n. */
    private double covariance(int lag) {
      double sum = 0;
      for (double[] chain : centred) {
        sum += product(chain, lag);
      }
      return sum / length / centred.length;
    }

    /** In four sums, which do not wait for each other. */
    private static double product(double[] x, int lag) {
      double a = 0;
      double b = 0;
      double c = 0;
      double d = 0;
      int i = lag;
      for (; i < x.length - 3; i += 4) {
        a += x[i] * x[i - lag];
        b += x[i + 1] * x[i + 1 - lag];
        c += x[i + 2] * x[i + 2 - lag];
        d += x[i + 3] * x[i + 3 - lag];
      }
      for (; i < x.length; i++) {
        a += x[i] * x[i - lag];
      }
      return a + b + (c + d);
    }

    private double at(int lag) {
      return 1 - (within - covariance(lag)) / variance;
    }

    /** How many draws it takes to forget: 1 + 2 Σ correlations, up to where they are noise. */
    double time() {
      double[] rho = new double[length];
      double even = 1;
      double odd = at(1);
      rho[0] = even;
      rho[1] = odd;
      int last = 0;
      while (last < length - 5 && even + odd > 0) {
        last += 2;
        even = at(last);
        odd = at(last + 1);
        if (even + odd >= 0) {
          rho[last] = even;
          rho[last + 1] = odd;
        }
      }
      if (even > 0) {
        rho[last] = even;
      }
      for (int t = 2; t <= last - 2; t += 2) {
        double before = rho[t - 2] + rho[t - 1];
        if (rho[t] + rho[t + 1] > before) {
          rho[t] = before / 2;
          rho[t + 1] = before / 2;
        }
      }
      double sum = Arrays.stream(rho, 0, Math.max(last, 1)).sum();
      return -1 + 2 * sum + rho[last];
    }
  }
}
