package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.errorprone.annotations.MustBeClosed;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.diagnostics.Chains;
import org.ppl4j.infer.diagnostics.HighestDensityInterval;
import org.ppl4j.infer.internal.SampleRows;
import org.ppl4j.infer.internal.StratifiedChoice;
import org.ppl4j.infer.internal.WeightedDraws;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * Draws of the sites of a program: for each site an array of shape {@code (n, site)}, the same n
 * for all, draw i of one site belonging to draw i of the others.
 *
 * <p>They are independent and count alike, unless they are of {@linkplain #ofChains chains}, one
 * after the other, or have {@linkplain #weighted weights}. Then means and summaries are weighted,
 * and a summary has R-hat and effective sizes.
 *
 * <p>It owns its arrays: close it, and read what is to stay before, or keep a {@link #copy}. What
 * {@link #only}, {@link #withLabels}, {@link #withWarnings} and their like return are the same
 * arrays seen in another way, which are closed with this, or close it: one of them is enough.
 */
public final class Samples implements AutoCloseable {

  private final NDManager manager;
  private final ImmutableMap<String, NDArray> sites;
  private final long draws;
  private final int chains; // 0: independent draws
  private final double @Nullable [] logWeights; // of a sum of 1
  private final ImmutableList<String> warnings;
  private final ImmutableSet<String> exact; // sites whose draws are exact given those of others
  private final ElementNames elements;

  private Samples(
      NDManager manager,
      ImmutableMap<String, NDArray> sites,
      int chains,
      double @Nullable [] logWeights,
      ImmutableList<String> warnings,
      ImmutableSet<String> exact,
      ElementNames elements) {
    this.exact = exact;
    this.elements = elements;
    this.manager = manager;
    this.sites = sites;
    this.draws = sites.isEmpty() ? 0 : sites.values().iterator().next().getShape().get(0);
    this.chains = chains;
    this.logWeights = logWeights;
    this.warnings = warnings;
  }

  /**
   * Of these arrays.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (n, site)}, with the same n
   * @throws IllegalArgumentException if one has another n, or none
   */
  public static Samples of(NDManager manager, Map<String, NDArray> sites) {
    return of(manager, sites, ImmutableList.of());
  }

  /**
   * Of these arrays, with what speaks against trusting them.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (n, site)}, with the same n
   * @param warnings which {@link #summary} shows
   * @throws IllegalArgumentException if one has another n, or none
   */
  public static Samples of(NDManager manager, Map<String, NDArray> sites, List<String> warnings) {
    return of(manager, sites, 0, null, warnings);
  }

  /**
   * Of Markov chains of equal length, the draws of one after those of the other.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (chains · draws, site)}
   * @param chains how many, at least 1
   * @throws IllegalArgumentException if the draws are not as many of each chain
   */
  public static Samples ofChains(NDManager manager, Map<String, NDArray> sites, int chains) {
    checkArgument(chains >= 1, "samples are of %s chains, but need at least 1", chains);
    return of(manager, sites, chains, null, ImmutableList.of());
  }

  /**
   * Of draws with weights.
   *
   * @param manager their manager, which is closed with these samples
   * @param sites by name, each {@code (n, site)}
   * @param logWeights the logarithms of the weights up to a constant, n of them; −∞ for a weight of
   *     0
   * @param warnings which {@link #summary} shows
   * @throws IllegalArgumentException if there are not n weights, one is NaN or +∞, or all are 0
   */
  public static Samples weighted(
      NDManager manager, Map<String, NDArray> sites, double[] logWeights, List<String> warnings) {
    return of(manager, sites, 0, WeightedDraws.normalised(logWeights), warnings);
  }

  /** Of what was saved: weights that are normalised already stay as they are, to the bit. */
  static Samples restored(
      NDManager manager,
      Map<String, NDArray> sites,
      int chains,
      double @Nullable [] logWeights,
      List<String> warnings,
      ElementNames elements) {
    if (logWeights != null) {
      double[] unused = WeightedDraws.normalised(logWeights);
    }
    return of(manager, sites, chains, logWeights, warnings).named(elements);
  }

  private static Samples of(
      NDManager manager,
      Map<String, NDArray> sites,
      int chains,
      double @Nullable [] logWeights,
      List<String> warnings) {
    long draws = SampleRows.count(sites);
    checkArgument(
        chains == 0 || draws % chains == 0,
        "samples have %s draws, which are not as many of each of %s chains",
        draws,
        chains);
    checkArgument(
        logWeights == null || logWeights.length == draws,
        "samples have %s draws, but %s weights; pass one for each",
        draws,
        logWeights == null ? 0 : logWeights.length);
    return new Samples(
        manager,
        ImmutableMap.copyOf(sites),
        chains,
        logWeights,
        ImmutableList.copyOf(warnings),
        ImmutableSet.of(),
        ElementNames.NUMBERS);
  }

  /**
   * These draws with weights, in the same arrays.
   *
   * @param logWeights one a draw, as {@link #weighted}
   * @param warnings beside those of this
   * @throws IllegalArgumentException as {@link #weighted}
   */
  public Samples withLogWeights(double[] logWeights, List<String> warnings) {
    checkOpen();
    return weighted(manager, sites, logWeights, joined(warnings)).named(elements);
  }

  /** These draws, in the same arrays, with more that speaks against trusting them. */
  public Samples withWarnings(List<String> more) {
    checkOpen();
    return new Samples(manager, sites, chains, logWeights, joined(more), exact, elements);
  }

  /**
   * These draws, in the same arrays, as those of Markov chains, one after the other.
   *
   * @param chains how many, of equal length
   * @throws IllegalArgumentException if the draws are not as many of each chain
   */
  public Samples inChains(int chains) {
    checkOpen();
    return of(manager, sites, chains, null, warnings).exactIn(exact).named(elements);
  }

  /** The sites whose draws are exact given those of others. */
  ImmutableSet<String> exact() {
    return exact;
  }

  /**
   * These draws, in the same arrays, of which those of some sites are exact given those of others,
   * as of discrete sites that were summed out and drawn back: what says whether chains have
   * converged does not look at them.
   */
  public Samples exactIn(Set<String> sites) {
    checkOpen();
    return new Samples(
        manager, this.sites, chains, logWeights, warnings, ImmutableSet.copyOf(sites), elements);
  }

  /**
   * These draws, in the same arrays, where the numbers of a site have the names of groups, as
   * {@code a[Leeds]} for {@code a[2]}, in summaries, pictures and files: {@code
   * draws.withLabels("a", store.levels())}.
   *
   * @param site of one dim
   * @param labels one for each of its numbers
   * @throws IllegalArgumentException if there is no such site, it has another shape, or two labels
   *     are one
   */
  public Samples withLabels(String site, List<String> labels) {
    Shape shape = shape(site);
    checkArgument(
        shape.dimension() == 1,
        "site '%s' has shape %s, but labels are of one dim; say which by"
            + " withLabels(\"%s\", dim, labels)",
        site,
        shape,
        site);
    return withLabels(site, 0, labels);
  }

  /**
   * {@link #withLabels(String, List)} for one of the dims of a site; the others stay as they are.
   *
   * @param dim which, from 0
   * @throws IllegalArgumentException if there is no such site or dim, it has another length, or two
   *     labels are one
   */
  public Samples withLabels(String site, int dim, List<String> labels) {
    return named(elements.with(site, shape(site), dim, labels));
  }

  private Samples named(ElementNames others) {
    return new Samples(manager, sites, chains, logWeights, warnings, exact, others);
  }

  private ImmutableList<String> joined(List<String> more) {
    return ImmutableSet.<String>builder().addAll(warnings).addAll(more).build().asList();
  }

  /** These draws, which belong one by one to others, with chains, weights and warnings of those. */
  Samples countedAs(Samples others) {
    return new Samples(
        manager, sites, others.chains, others.logWeights, others.warnings, others.exact, elements);
  }

  /** What speaks against trusting the draws, such as data far from what was learned from. */
  public ImmutableList<String> warnings() {
    return warnings;
  }

  /** The number of draws n. */
  public long draws() {
    return draws;
  }

  /** The names of the sites, in the order of the program. */
  public ImmutableSet<String> names() {
    return sites.keySet();
  }

  /**
   * The draws of a site, {@code (n, site)}; closed with these samples.
   *
   * @throws IllegalArgumentException if there is no such site
   */
  public NDArray get(String name) {
    checkOpen();
    NDArray draws = sites.get(name);
    checkArgument(
        draws != null,
        "samples have no site '%s', only %s; ask for one of these",
        name,
        Nearest.to(name, names()));
    return requireNonNull(draws);
  }

  /** The draws of a site, row by row. */
  public double[] values(String name) {
    return Tensors.values(get(name));
  }

  /** The shape of one draw of a site. */
  public Shape shape(String name) {
    Shape shape = get(name).getShape();
    return shape.slice(1);
  }

  /**
   * The names of the numbers of a site, row by row of its shape: {@code theta[1]}, {@code w[2,3]},
   * or with {@linkplain #withLabels labels}.
   */
  public ImmutableList<String> elements(String name) {
    return elements.of(name, shape(name));
  }

  /** How the numbers of sites are called. */
  ElementNames elements() {
    return elements;
  }

  /** How many Markov chains they are of; 0 if they are independent. */
  public int chains() {
    return chains;
  }

  /** The logarithms of the weights, which sum to 1, one a draw; empty if all count alike. */
  public Optional<double[]> logWeights() {
    return Optional.ofNullable(logWeights).map(double[]::clone);
  }

  /** The weights, which sum to 1. */
  private double[] weights() {
    double[] weights = new double[Math.toIntExact(draws)];
    if (logWeights == null) {
      Arrays.fill(weights, 1.0 / weights.length);
    } else {
      Arrays.setAll(weights, i -> Math.exp(logWeights[i]));
    }
    return weights;
  }

  /**
   * Draws that count alike: each is one of these, by a {@link StratifiedChoice}, in random order.
   *
   * @param draws how many, at least 1
   * @param seed of the choice
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples resample(int draws, long seed) {
    checkArgument(draws >= 1, "samples are asked for %s draws, but need at least 1", draws);
    Rng rng = Rng.of(seed, Rng.Purpose.PREDICT, 0, "resample");
    return take(StratifiedChoice.of(weights(), draws, rng));
  }

  /**
   * These of the draws, as draws that count alike.
   *
   * @param chosen which, counted from 0, in their order
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples take(int... chosen) {
    return rows(chosen, (own, taken) -> of(own, taken, warnings).named(elements));
  }

  /** The same draws in arrays of their own, which stay when these are closed. */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples copy() {
    int[] all = IntStream.range(0, Math.toIntExact(draws)).toArray();
    return rows(
        all,
        (own, same) ->
            new Samples(
                own, ImmutableMap.copyOf(same), chains, logWeights, warnings, exact, elements));
  }

  /** Rows of the sites, in a manager of their own. */
  private Samples rows(int[] chosen, BiFunction<NDManager, Map<String, NDArray>, Samples> made) {
    checkOpen();
    NDManager own = NDManager.newBaseManager(manager.getDevice());
    try {
      Map<String, NDArray> taken = Maps.newLinkedHashMap();
      sites.forEach((name, site) -> taken.put(name, SampleRows.of(site, chosen, own)));
      return made.apply(own, taken);
    } catch (RuntimeException e) {
      own.close();
      throw e;
    }
  }

  private void checkOpen() {
    checkState(
        manager.isOpen(),
        "samples are used after they were closed; read what is to stay before, or keep a copy()");
  }

  /**
   * These draws of some sites alone, in the same arrays.
   *
   * @param names of the sites, in the order that they are to have
   * @throws IllegalArgumentException if there is no such site
   */
  public Samples only(String... names) {
    return only(List.of(names));
  }

  /** As {@link #only(String...)}. */
  public Samples only(Collection<String> names) {
    Map<String, NDArray> some = Maps.newLinkedHashMap();
    names.forEach(name -> some.put(name, get(name)));
    return new Samples(
        manager, ImmutableMap.copyOf(some), chains, logWeights, warnings, exact, elements);
  }

  /**
   * So many of these draws, that count alike: of chains as many of each, as far apart as possible;
   * of draws with weights those that {@link #resample} chooses; else the first.
   *
   * @param draws how many, at least 1, and without weights no more than these
   * @param seed of the choice by weights
   * @throws IllegalArgumentException if there are fewer
   */
  @MustBeClosed
  public Samples some(int draws, long seed) {
    if (logWeights != null) {
      return resample(draws, seed);
    }
    checkArgument(
        draws >= 1 && draws <= this.draws,
        "posterior is asked for %s draws, but has %s; ask for as many, or draw more",
        draws,
        this.draws);
    int[] chosen = new int[draws];
    for (int i = 0; i < draws; i++) {
      chosen[i] = chains == 0 ? i : (int) ((2L * i + 1) * this.draws / (2L * draws));
    }
    return take(chosen);
  }

  /** The mean of a site over its draws, row by row of the site's shape. */
  public double[] mean(String name) {
    double[] values = values(name);
    double[] weights = weights();
    double[] mean = new double[Math.toIntExact(shape(name).size())];
    for (int i = 0; i < values.length; i++) {
      mean[i % mean.length] += weights[i / mean.length] * values[i];
    }
    return mean;
  }

  /**
   * Mean, sd and quantiles of every number of each site, by the weights if there are any; of chains
   * R-hat and effective sizes too, with a warning where draws are not yet those of the posterior.
   */
  public Summary summary() {
    double[] weights = weights();
    List<SampleColumn> columns =
        names().stream().flatMap(name -> SampleColumn.of(this, name).stream()).toList();
    Summary.Row[] each = new Summary.Row[columns.size()];
    Arrays.parallelSetAll(each, i -> row(columns.get(i), weights));
    ImmutableMap.Builder<String, Summary.Row> rows = ImmutableMap.builder();
    for (int i = 0; i < each.length; i++) {
      rows.put(columns.get(i).name(), each[i]);
    }
    Summary summary = new Summary(rows.buildKeepingLast(), warnings);
    Set<String> unjudged = new HashSet<>();
    exact.stream()
        .filter(sites::containsKey)
        .flatMap(name -> SampleColumn.of(this, name).stream())
        .forEach(column -> unjudged.add(column.name()));
    return chains == 0 ? summary : summary.judged(unjudged);
  }

  private Summary.Row row(SampleColumn of, double[] weights) {
    double[] column = of.numbers();
    boolean isOfChains = chains > 0 && logWeights == null && !Summary.Row.isConstant(column);
    return isOfChains
        ? Summary.Row.of(Chains.of(of.chains(chains)), column)
        : Summary.Row.ofDraws(column, logWeights == null ? null : weights);
  }

  /**
   * The highest density interval of each number of a site, row by row of the site's shape, by the
   * weights if there are any.
   *
   * @param probability that it holds, above 0 and at most 1
   */
  public ImmutableList<HighestDensityInterval> highestDensity(String name, double probability) {
    double[] weights = weights();
    return SampleColumn.of(this, name).stream()
        .map(column -> HighestDensityInterval.of(column.numbers(), weights, probability))
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * Writes them to one file, over an older one: sites, chains, weights and warnings. It is a file
   * of the safetensors format, which other programs read.
   *
   * @throws java.io.UncheckedIOException if that fails; an older file is then as it was
   */
  public void save(Path file) {
    checkOpen();
    SamplesFile.write(file, this);
  }

  /**
   * Reads what {@link #save} wrote.
   *
   * @throws java.io.UncheckedIOException if there is no such file or reading fails
   * @throws IllegalArgumentException if it is damaged, or another file
   */
  @MustBeClosed
  public static Samples load(Path file) {
    return SamplesFile.read(file);
  }

  /** Frees the draws. A second call does nothing. */
  @Override
  public void close() {
    manager.close();
  }

  @Override
  public String toString() {
    return "Samples("
        + draws
        + (logWeights == null ? "" : " weighted")
        + " draws"
        + (chains == 0 ? "" : " in " + chains + " chains")
        + " of "
        + names()
        + ")";
  }
}
