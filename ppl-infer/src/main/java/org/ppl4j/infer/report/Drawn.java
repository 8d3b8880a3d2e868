package org.ppl4j.infer.report;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.primitives.Doubles;
import com.google.common.primitives.ImmutableIntArray;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.Summary;

/**
 * The draws of those numbers of a posterior that a page has pictures of, and the pictures.
 *
 * @param numbers draws that count alike by the name of the number, those of one chain after those
 *     of the other
 * @param chains how many there are; 0 for none
 * @param leftOut how many more numbers there are, without pictures
 * @param worst the number that is shown first: of chains the one that is known worst
 */
record Drawn(ImmutableMap<String, double[]> numbers, int chains, int leftOut, String worst) {

  /** The title of the figure that shows the prior, where there is one. */
  static final String MARGINALS = "Marginals";

  /** Of more numbers there are no pictures; of the worst of all there are. */
  private static final int MOST_NUMBERS = 100;

  private static final int MOST_WORST = 20;

  /** Draws that traces and pairs have in all, so that the page stays small. */
  private static final int MOST_DRAWS = 100_000;

  /** Points of a smooth curve. */
  private static final int POINTS = 120;

  /** Of more different numbers than this, all whole, the shares are no picture. */
  private static final int MOST_VALUES = 60;

  /** Half of the width of what stands over a whole number. */
  private static final double BOX = 0.35;

  /** How many times as wide as the posterior a picture is at most, for the prior to be seen. */
  private static final double WIDEST = 6;

  /**
   * Of these.
   *
   * @param samples that count alike, or with weights, by which as many are chosen
   * @param summary of them
   */
  static Drawn of(Samples samples, Summary summary, long seed) {
    ImmutableSet<String> chosen = chosen(summary);
    if (samples.logWeights().isPresent()) {
      try (Samples alike = samples.resample(Math.toIntExact(samples.draws()), seed)) {
        return of(alike, chosen, summary);
      }
    }
    return of(samples, chosen, summary);
  }

  private static Drawn of(Samples samples, Set<String> chosen, Summary summary) {
    ImmutableMap.Builder<String, double[]> numbers = ImmutableMap.builder();
    for (Quantity quantity : Quantity.of(samples, List.copyOf(chosen))) {
      if (Arrays.stream(quantity.draws()).allMatch(Double::isFinite)) {
        numbers.put(quantity.name(), quantity.draws());
      }
    }
    ImmutableMap<String, double[]> all = numbers.buildOrThrow();
    String worst =
        badness(summary).stream()
            .filter(name -> all.containsKey(name) && !isCount(all.get(name)))
            .findFirst()
            .orElse(all.keySet().stream().findFirst().orElse(""));
    return new Drawn(all, samples.chains(), summary.rows().size() - all.size(), worst);
  }

  /** The worst numbers and the first ones, in the order of the summary. */
  private static ImmutableSet<String> chosen(Summary summary) {
    List<String> all = summary.rows().keySet().asList();
    if (all.size() <= MOST_NUMBERS) {
      return ImmutableSet.copyOf(all);
    }
    Set<String> chosen = new LinkedHashSet<>(badness(summary).stream().limit(MOST_WORST).toList());
    all.stream().filter(name -> !name.contains("[")).limit(MOST_NUMBERS / 2).forEach(chosen::add);
    all.stream().limit(MOST_NUMBERS).forEach(chosen::add);
    List<String> kept = chosen.stream().limit(MOST_NUMBERS).toList();
    return all.stream().filter(kept::contains).collect(ImmutableSet.toImmutableSet());
  }

  /** Numbers that have an effective size, the least first. */
  private static List<String> badness(Summary summary) {
    return summary.rows().entrySet().stream()
        .filter(row -> !Double.isNaN(row.getValue().bulkSize()))
        .sorted(Comparator.comparingDouble(row -> row.getValue().bulkSize()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /** How many draws of each number there are. */
  int draws() {
    return numbers.values().stream().findFirst().map(draws -> draws.length).orElse(0);
  }

  private double[][] chains(double[] draws) {
    return new Quantity("", draws).chains(Math.max(1, chains));
  }

  /** Draws of each chain, not too many for a page. */
  private double[][] shown(double[] draws) {
    int every = every();
    return Arrays.stream(chains(draws))
        .map(
            chain ->
                IntStream.range(0, (chain.length + every - 1) / every)
                    .mapToDouble(i -> chain[i * every])
                    .toArray())
        .toArray(double[][]::new);
  }

  // --- pictures

  /**
   * The density of each number, beside that of its prior where that is known.
   *
   * @param prior draws by the name of the number
   */
  Figure.Curves marginals(Map<String, double[]> prior) {
    Map<String, CurvePicture> choices = new LinkedHashMap<>();
    numbers.forEach((name, draws) -> choices.put(name, marginal(name, draws, prior.get(name))));
    String about =
        prior.isEmpty()
            ? "The density of the draws."
            : "Before the data (dashed) and after: where both are alike, the data said little of"
                + " this number; where they are apart, prior and data disagree.";
    return new Figure.Curves(MARGINALS, about, ImmutableMap.copyOf(choices), worst);
  }

  private static CurvePicture marginal(String name, double[] draws, double @Nullable [] prior) {
    boolean isCount = isCount(draws);
    CurvePicture picture = CurvePicture.of(name, name, isCount ? "share" : "density");
    double low = Doubles.min(draws);
    double high = Doubles.max(draws);
    if (prior != null && prior.length > 0) {
      double[] sorted = Arrays.stream(prior).filter(Double::isFinite).sorted().toArray();
      if (sorted.length > 0) {
        Shown shown = Shown.of(low, high, sorted);
        picture = isCount ? boxes(picture, "prior", sorted, true) : prior(picture, sorted, shown);
      }
    }
    if (isCount) {
      return boxes(picture, "posterior", draws, false);
    }
    KernelDensity density = KernelDensity.reflected(draws, POINTS);
    return picture.curve("posterior", density.x(), density.density());
  }

  /** The part of the line on which a prior is shown. */
  private record Shown(double low, double high) {

    static Shown of(double low, double high, double[] sorted) {
      double range = high > low ? high - low : Math.max(1e-3, Math.abs(high));
      double from = Math.min(low, sorted[sorted.length / 50]);
      double to = Math.max(high, sorted[sorted.length - 1 - sorted.length / 50]);
      double most = (WIDEST - 1) / 2 * range;
      return new Shown(Math.max(from, low - most), Math.min(to, high + most));
    }
  }

  private static CurvePicture prior(CurvePicture picture, double[] sorted, Shown shown) {
    KernelDensity density = KernelDensity.reflected(sorted, POINTS, shown.low(), shown.high());
    return picture.dashed("prior", density.x(), density.density());
  }

  /** Boxes over whole numbers, as high as their shares. */
  private static CurvePicture boxes(
      CurvePicture picture, String name, double[] draws, boolean isPrior) {
    double[] values = values(draws);
    double[] shares = shares(draws);
    double[] x = new double[4 * values.length];
    double[] y = new double[4 * values.length];
    for (int i = 0; i < values.length; i++) {
      for (int k = 0; k < 4; k++) {
        x[4 * i + k] = values[i] + (k < 2 ? -BOX : BOX);
        y[4 * i + k] = k == 0 || k == 3 ? 0 : shares[i];
      }
    }
    return isPrior ? picture.dashed(name, x, y) : picture.curve(name, x, y);
  }

  /** The numbers that are not counts. */
  ImmutableSet<String> continuous() {
    return numbers.entrySet().stream()
        .filter(number -> !isCount(number.getValue()))
        .map(Map.Entry::getKey)
        .collect(ImmutableSet.toImmutableSet());
  }

  private static boolean isCount(double[] draws) {
    return Arrays.stream(draws).allMatch(x -> x == Math.rint(x))
        && values(draws).length <= MOST_VALUES;
  }

  private static double[] values(double[] draws) {
    return Arrays.stream(draws).sorted().distinct().toArray();
  }

  private static double[] shares(double[] draws) {
    return Arrays.stream(values(draws))
        .map(value -> (double) Arrays.stream(draws).filter(x -> x == value).count() / draws.length)
        .toArray();
  }

  /** The draws of each chain in their order. */
  Figure.Curves traces() {
    int every = every();
    String about =
        "The draws of each chain in their order: good chains look like one caterpillar, without"
            + " trends, and without one that stays apart."
            + (every == 1 ? "" : " One draw in %d is shown.".formatted(every));
    return ofChains(
        "Traces",
        numbers.keySet(),
        about,
        (name, draws) -> ChainPicture.trace(name, shown(draws), name, every));
  }

  /** How the ranks of each chain's draws are spread. */
  Figure.Curves ranks() {
    return ofChains(
        "Ranks",
        continuous(), // the ranks of equal numbers say nothing
        "Of all draws put in order, how many of each chain are in each twentieth: chains that agree"
            + " stay between the dashed lines; one that is high at one end is elsewhere.",
        (name, draws) -> ChainPicture.ranks(name, chains(draws), name));
  }

  @FunctionalInterface
  private interface OfChains {
    CurvePicture picture(String name, double[] draws);
  }

  private Figure.Curves ofChains(String title, Set<String> which, String about, OfChains pictures) {
    ImmutableMap.Builder<String, CurvePicture> choices = ImmutableMap.builder();
    Maps.filterKeys(numbers, which::contains)
        .forEach((name, draws) -> choices.put(name, pictures.picture(name, draws)));
    ImmutableMap<String, CurvePicture> all = choices.buildOrThrow();
    String first = all.containsKey(worst) ? worst : all.keySet().asList().get(0);
    return new Figure.Curves(title, about, all, first);
  }

  private int every() {
    long all = (long) draws() * numbers.size();
    return (int) Math.max(1, (all + MOST_DRAWS - 1) / MOST_DRAWS);
  }

  /**
   * Draws of two numbers against each other.
   *
   * @param divergent which of all draws diverged
   */
  Figure.Pairs pairs(ImmutableIntArray divergent) {
    ImmutableMap.Builder<String, ImmutableList<double[]>> columns = ImmutableMap.builder();
    numbers.forEach(
        (name, draws) -> {
          ImmutableList.Builder<double[]> shown = ImmutableList.builder();
          shown.addAll(Arrays.asList(shown(draws)));
          shown.add(divergent.stream().mapToDouble(i -> draws[i]).toArray());
          columns.put(name, shown.build());
        });
    String about =
        "Draws of two numbers. Ridges and funnels are hard for samplers, two heaps are two modes."
            + (divergent.isEmpty()
                ? ""
                : " Trajectories that diverged are red: where they lie together, a part of the"
                    + " posterior is missing behind them.");
    List<String> names = numbers.keySet().asList();
    String other = names.stream().filter(name -> !name.equals(worst)).findFirst().orElse(worst);
    return new Figure.Pairs("Pairs", about, columns.buildOrThrow(), ImmutableList.of(other, worst));
  }

  /** Means and intervals, site by site. */
  static Figure.Intervals intervals(Summary summary) {
    Map<String, ImmutableList.Builder<Figure.Interval>> sites = new LinkedHashMap<>();
    Map<String, Integer> sizes = new LinkedHashMap<>();
    summary
        .rows()
        .forEach(
            (name, row) -> {
              int subscript = name.indexOf('[');
              String site = subscript < 0 ? "single numbers" : name.substring(0, subscript);
              boolean isKnown = Double.isFinite(row.q05() + row.mean() + row.q95());
              if (isKnown && sizes.merge(site, 1, Integer::sum) <= MOST_NUMBERS) {
                sites
                    .computeIfAbsent(site, key -> ImmutableList.builder())
                    .add(new Figure.Interval(name, row.q05(), row.mean(), row.q95()));
              }
            });
    ImmutableMap.Builder<String, ImmutableList<Figure.Interval>> all = ImmutableMap.builder();
    sites.forEach((site, of) -> all.put(site, of.build()));
    return new Figure.Intervals(
        "Intervals",
        "Mean (dot) and 90% interval (line) of each number"
            + (sizes.values().stream().anyMatch(size -> size > MOST_NUMBERS)
                ? "; of many the first hundred."
                : "."),
        "mean and 90% interval",
        all.buildOrThrow());
  }
}
