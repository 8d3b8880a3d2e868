package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.hash.Hashing;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.common.primitives.ImmutableIntArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.Wording;
import org.ppl4j.infer.internal.RankUniformity;
import org.ppl4j.internal.math.Nearest;

/**
 * Whether a way to a posterior is right: simulation-based calibration. Parameters are drawn from
 * the prior and data from the model given them; the posterior of these data is found, and of its
 * draws L are kept. Of a number, the rank is how many of them are below the one that was true:
 * uniform on 0 … L over many trials if the posterior is right.
 *
 * <pre>{@code
 * SimulationCalibration calibration =
 *     SimulationCalibration.of(1000, seed, s -> simulated(s), (data, s) -> fitted(data, s));
 * System.out.println(calibration);
 * }</pre>
 *
 * <p>Draws of one fit that depend on each other are thinned: L of them are kept, equally far apart.
 * Draws with weights are chosen by these. Of draws that are equal to the truth some count as below,
 * by chance.
 *
 * <p>Source: Talts, Betancourt, Simpson, Vehtari and Gelman, "Validating Bayesian inference
 * algorithms with simulation-based calibration" (2018).
 */
public final class SimulationCalibration {

  /** How many draws of each posterior are kept unless another number is asked for, L. */
  public static final int DRAWS = 99;

  /** Ranks are counted in so many bins unless another number is asked for. */
  public static final int BINS = 20;

  /** A warning wants less than this probability, over all numbers together. */
  private static final double RARE = 0.01;

  private final int draws;
  private final ImmutableMap<String, ImmutableIntArray> ranks;

  /** A way to a posterior. */
  @FunctionalInterface
  public interface Fit<D extends @Nullable Object> {

    /**
     * Draws of the posterior, which are closed after use.
     *
     * @param seed of all noise
     */
    @MustBeClosed
    Samples fit(D data, long seed);
  }

  private SimulationCalibration(int draws, ImmutableMap<String, ImmutableIntArray> ranks) {
    this.draws = draws;
    this.ranks = ranks;
  }

  /**
   * By {@link #DRAWS} draws of each posterior.
   *
   * @param trials how many data sets are simulated, at least 1
   * @param seed of all seeds that simulator and fit are given, each another one
   * @param simulator draws from the prior, and data
   * @param fit is given the data
   * @throws IllegalArgumentException if there is no trial, a fit gives fewer draws than are to be
   *     kept, or a site is not among them or of another size
   * @throws InterruptionException if the thread is interrupted; nothing is kept
   */
  public static <D extends @Nullable Object> SimulationCalibration of(
      int trials, long seed, LongFunction<Simulated<D>> simulator, Fit<D> fit) {
    return of(trials, DRAWS, seed, simulator, fit);
  }

  /**
   * By a number of draws of each posterior.
   *
   * @param trials how many data sets are simulated, at least 1
   * @param draws how many draws are kept, L, at least 1
   * @param seed of all seeds that simulator and fit are given, each another one
   * @param simulator draws from the prior, and data
   * @param fit is given the data
   * @throws IllegalArgumentException as above
   * @throws InterruptionException as above
   */
  public static <D extends @Nullable Object> SimulationCalibration of(
      int trials, int draws, long seed, LongFunction<Simulated<D>> simulator, Fit<D> fit) {
    checkArgument(
        trials >= 1 && draws >= 1,
        "calibration is asked for %s trials of %s draws, but needs at least 1 of each",
        trials,
        draws);
    Map<String, ImmutableIntArray.Builder> ranks = new LinkedHashMap<>();
    for (int trial = 0; trial < trials; trial++) {
      Simulated<D> simulated = simulator.apply(seed(seed, trial, "data"));
      try (Samples posterior = fit.fit(simulated.data(), seed(seed, trial, "fit"))) {
        InterruptionException.check("simulation-based calibration", null); // the fit too, perhaps
        SplittableRandom ties = new SplittableRandom(seed(seed, trial, "ties"));
        add(ranks, simulated.truth(), kept(posterior, draws, seed(seed, trial, "chosen")), ties);
      }
    }
    ImmutableMap.Builder<String, ImmutableIntArray> all = ImmutableMap.builder();
    ranks.forEach((name, builder) -> all.put(name, builder.build()));
    return new SimulationCalibration(draws, all.buildOrThrow());
  }

  private static long seed(long seed, int trial, String purpose) {
    return Hashing.murmur3_128()
        .newHasher()
        .putLong(seed)
        .putInt(trial)
        .putUnencodedChars(purpose)
        .hash()
        .asLong();
  }

  /** All numbers of each site, of the draws that are kept. */
  private static Map<String, double[][]> kept(Samples posterior, int draws, long seed) {
    checkArgument(
        posterior.draws() >= draws,
        "posterior has %s draws, but calibration keeps %s; draw more",
        posterior.draws(),
        draws);
    if (posterior.logWeights().isPresent()) {
      try (Samples chosen = posterior.resample(draws, seed)) {
        return thinned(chosen, draws);
      }
    }
    return thinned(posterior, draws);
  }

  private static Map<String, double[][]> thinned(Samples posterior, int draws) {
    Map<String, double[][]> kept = new LinkedHashMap<>();
    for (String name : posterior.names()) {
      double[] values = posterior.values(name);
      int size = Math.toIntExact(posterior.shape(name).size());
      double[][] columns = new double[size][draws];
      for (int i = 0; i < draws; i++) {
        int row = (int) ((i + 0.5) * posterior.draws() / draws);
        for (int j = 0; j < size; j++) {
          columns[j][i] = values[row * size + j];
        }
      }
      kept.put(name, columns);
    }
    return kept;
  }

  private static void add(
      Map<String, ImmutableIntArray.Builder> ranks,
      ImmutableMap<String, ImmutableDoubleArray> truth,
      Map<String, double[][]> draws,
      SplittableRandom ties) {
    truth.forEach(
        (name, values) -> {
          double[][] columns = draws.getOrDefault(name, new double[0][]);
          checkArgument(
              columns.length == values.length(),
              "truth of site '%s' has %s numbers, but the draws of the posterior have %s",
              name,
              values.length(),
              columns.length);
          for (int j = 0; j < columns.length; j++) {
            ranks
                .computeIfAbsent(
                    columns.length == 1 ? name : name + "[" + (j + 1) + "]",
                    key -> ImmutableIntArray.builder())
                .add(rank(columns[j], values.get(j), ties));
          }
        });
  }

  private static int rank(double[] draws, double truth, SplittableRandom ties) {
    int below = 0;
    int equal = 0;
    for (double draw : draws) {
      below += draw < truth ? 1 : 0;
      equal += draw == truth ? 1 : 0;
    }
    return below + ties.nextInt(equal + 1);
  }

  /** How many data sets were simulated. */
  public int trials() {
    return ranks.values().iterator().next().length();
  }

  /** How many draws of each posterior were kept, L. */
  public int draws() {
    return draws;
  }

  /** The names of the numbers, such as {@code mu} and {@code theta[1]}. */
  public ImmutableList<String> names() {
    return ranks.keySet().asList();
  }

  /**
   * The ranks of a number, one a trial, from 0 to L.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public ImmutableIntArray ranks(String name) {
    ImmutableIntArray found = ranks.get(name);
    checkArgument(
        found != null,
        "calibration has no number '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, ranks.keySet()));
    return found;
  }

  /**
   * How many ranks of a number lie in each of some equal bins.
   *
   * @param bins how many; a divisor of L + 1
   * @throws IllegalArgumentException if it is none, or there is no such number
   */
  public ImmutableIntArray counts(String name, int bins) {
    checkArgument(
        bins >= 1 && (draws + 1) % bins == 0,
        "calibration has ranks 0 to %s, which %s bins do not divide; pass a divisor of %s",
        draws,
        bins,
        draws + 1);
    int[] counts = new int[bins];
    ranks(name).forEach(rank -> counts[rank * bins / (draws + 1)]++);
    return ImmutableIntArray.copyOf(counts);
  }

  /**
   * How probable ranks are that are no more uniform than those of a number, if the posterior is
   * right: by the χ² test of {@link #BINS} bins.
   *
   * @throws IllegalArgumentException if there is no such number, or fewer draws than bins, or bins
   *     have too few trials for the test
   */
  public double pValue(String name) {
    return RankUniformity.pValue(ranks(name), draws, BINS);
  }

  /**
   * What is wrong with the posterior, a sentence for each number whose ranks are less uniform than
   * one of a hundred right ways would have in any of its numbers.
   */
  public ImmutableList<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (String name : names()) {
      double p = pValue(name);
      if (!(p >= RARE / names().size())) {
        warnings.add(
            String.format(
                Locale.ROOT, "ranks of '%s' are not uniform, p = %.1e: %s", name, p, words(name)));
      }
    }
    return ImmutableList.copyOf(warnings);
  }

  /** Which of a shift and a wrong spread is the plainer. */
  private String words(String name) {
    double shift = 0;
    double spread = 0;
    for (int rank : ranks(name).asList()) {
      double share = (rank + 0.5) / (draws + 1) - 0.5;
      shift += share * Math.sqrt(12);
      spread += (Math.abs(share) - 0.25) * Math.sqrt(48); // both of variance 1 if uniform
    }
    if (Math.abs(shift) > Math.abs(spread)) {
      return shift > 0 ? "its draws lie too low" : "its draws lie too high";
    }
    return spread > 0 ? "its draws are too narrow" : "its draws are too wide";
  }

  /** Each number with the probability of its ranks, then the warnings. */
  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(
            String.format(
                Locale.ROOT,
                "simulation-based calibration: %,d trials of %,d draws",
                trials(),
                draws));
    for (String name : names()) {
      text.append(String.format(Locale.ROOT, "%n  %s: p = %.2g", name, pValue(name)));
    }
    text.append(Wording.warnings(warnings()));
    return text.toString();
  }
}
