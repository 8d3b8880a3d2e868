package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import com.google.common.collect.ObjectArrays;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.TraceChoices;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * What the discrete latent sites of a model are, given draws of all others: the probabilities of
 * their values, the jointly most likely values, and joint draws. All are exact given a draw.
 *
 * <p>Inference sums these sites out by itself, and a posterior's own draws have a joint draw of
 * them already; this is for what cannot be read off those.
 *
 * <pre>{@code
 * try (Samples draws = svi.posterior(data, 1000);
 *     Samples states = Choices.of(model, svi).mostLikely(data, draws)) {
 *   double[] probabilities = Choices.of(model, svi).marginals(data, draws, "z");
 * }
 * }</pre>
 *
 * @param <D> the data of the model
 */
public final class Choices<D extends @Nullable Object> {

  private final Program<D> model;
  private final ParamStore params;
  private final RunConfig config;

  private Choices(Program<D> model, ParamStore params, RunConfig config) {
    this.model = requireNonNull(model, "model");
    this.params = requireNonNull(params, "params");
    this.config = requireNonNull(config, "config");
  }

  /** Those of a model with the parameters and settings of a posterior. */
  public static <D extends @Nullable Object> Choices<D> of(
      Program<D> model, Posterior<D> posterior) {
    return new Choices<>(model, posterior.params(), posterior.config());
  }

  /** Those of a model with these parameters, if it has any. */
  public static <D extends @Nullable Object> Choices<D> of(
      Program<D> model, ParamStore params, RunConfig config) {
    return new Choices<>(model, params, config);
  }

  // --- probabilities

  /**
   * The probability of each value of a site in each of its rows, averaged over draws, by their
   * weights if they have any.
   *
   * @param draws of all continuous latent sites; what they have of discrete ones does not count
   * @param site a discrete latent site
   * @return {@code (batch, K)}, row by row, the values in the order of {@link
   *     org.ppl4j.distributions.Distribution#enumerateSupport}
   * @throws IllegalArgumentException if no such site is summed out, or a latent site has no draws
   */
  public double[] marginals(D data, Samples draws, String site) {
    return averaged(data, draws, site, (choices, count) -> rows(choices.marginals(site), count));
  }

  /**
   * Those of all sites at once, in the time that one takes.
   *
   * @param draws as above
   * @return by site, each {@code (batch, K)}
   * @throws IllegalArgumentException if no site is summed out, or a latent site has no draws
   */
  public ImmutableMap<String, double[]> marginals(D data, Samples draws) {
    Map<String, double[]> all =
        averaged(
            data,
            draws,
            (choices, count) ->
                Maps.transformValues(choices.marginals(), figure -> rows(figure, count)));
    checkArgument(
        !all.isEmpty(),
        "model has no discrete latent site that is summed out; its latent sites are %s",
        draws.names());
    return ImmutableMap.copyOf(all);
  }

  /**
   * The probability of each pair of values of two places, of one site or of two, averaged as {@link
   * #marginals}.
   *
   * @param row a row of the first site, counted from 0 through all its plates
   * @param otherRow likewise of the other
   * @return {@code (K, L)}, row by row
   * @throws IllegalArgumentException as there, or if there is no such row
   */
  public double[] pair(D data, Samples draws, String site, int row, String other, int otherRow) {
    return averaged(
        data, draws, site, (choices, count) -> pairs(choices, count, site, row, other, otherRow));
  }

  /** P(a = k) P(b = l | a = k) of each draw, {@code (draws, K L)}. */
  private static double[][] pairs(
      TraceChoices choices, int draws, String site, int row, String other, int otherRow) {
    int first = choices.size(site);
    int second = choices.size(other);
    double[][] alone = rows(choices.marginals(site), draws);
    checkRow(site, row, alone[0].length / first);
    double[][] pairs = new double[draws][first * second];
    for (int k = 0; k < first; k++) {
      double[][] given = rows(choices.marginals(other, site, row, k), draws);
      checkRow(other, otherRow, given[0].length / second);
      for (int i = 0; i < draws; i++) {
        double mass = alone[i][row * first + k];
        for (int l = 0; mass > 0 && l < second; l++) {
          pairs[i][k * second + l] = mass * given[i][otherRow * second + l];
        }
      }
    }
    return pairs;
  }

  private static void checkRow(String site, int row, int rows) {
    checkArgument(
        row >= 0 && row < rows,
        "row %s of site '%s' is asked for, which has %s; pass 0 to %s",
        row,
        site,
        rows,
        rows - 1);
  }

  /** The numbers of each draw. */
  private static double[][] rows(NDArray figure, int draws) {
    double[] all = Tensors.values(figure);
    int size = all.length / draws;
    double[][] rows = new double[draws][];
    Arrays.setAll(rows, i -> Arrays.copyOfRange(all, i * size, (i + 1) * size));
    return rows;
  }

  /**
   * What is known of the choices of some draws.
   *
   * @param <T> numbers of each draw, or those by name
   */
  @FunctionalInterface
  private interface Figure<T> {
    T of(TraceChoices choices, int draws);
  }

  private double[] averaged(D data, Samples draws, String name, Figure<double[][]> figure) {
    Map<String, double[]> one =
        averaged(data, draws, (choices, count) -> ImmutableMap.of(name, figure.of(choices, count)));
    return requireNonNull(one.get(name));
  }

  private Map<String, double[]> averaged(
      D data, Samples draws, Figure<Map<String, double[][]>> figures) {
    int count = Math.toIntExact(draws.draws());
    double[] weights = weights(draws, count);
    Map<String, double[]> means = new LinkedHashMap<>();
    try (BoundData<D> bound = BoundData.of(data, config)) {
      Draws.of(
              config,
              toString(),
              count,
              batch -> List.of(summed(bound, draws, batch)),
              site -> false)
          .endedByInterrupts()
          .each(
              count,
              (batch, traces) -> {
                TraceChoices choices = TraceChoices.of(batch.run(), traces.get(0));
                checkAny(!choices.isEmpty(), draws);
                figures
                    .of(choices, batch.draws())
                    .forEach((name, each) -> add(means, name, each, weights, batch.from()));
              });
    }
    return means;
  }

  /** Adds the numbers of some draws, weighed. */
  private static void add(
      Map<String, double[]> means, String name, double[][] each, double[] weights, int from) {
    double[] sums = means.computeIfAbsent(name, key -> new double[each[0].length]);
    for (int i = 0; i < each.length; i++) {
      for (int j = 0; j < sums.length; j++) {
        sums[j] += weights[from + i] * each[i][j];
      }
    }
  }

  /** Of each draw, in all 1. */
  private static double[] weights(Samples draws, int count) {
    double[] logs = draws.logWeights().orElse(new double[count]);
    double most = Arrays.stream(logs).max().orElseThrow();
    double[] weights = Arrays.stream(logs).map(x -> Math.exp(x - most)).toArray();
    double total = Arrays.stream(weights).sum();
    return Arrays.stream(weights).map(x -> x / total).toArray();
  }

  // --- values

  /**
   * The jointly most likely values of all discrete latent sites given each draw: the path that
   * Viterbi finds of a chain. They are not the most likely values of each site alone.
   *
   * @param draws as for {@link #marginals}
   * @return of these sites, as many as the draws, with their weights and chains
   */
  @MustBeClosed
  public Samples mostLikely(D data, Samples draws) {
    return values(data, draws, (run, choices) -> choices.mostLikely());
  }

  /**
   * A joint draw of all discrete latent sites given each draw of the others.
   *
   * @param draws as for {@link #marginals}
   * @return of these sites, as many as the draws, with their weights and chains
   */
  @MustBeClosed
  public Samples draw(D data, Samples draws) {
    return values(
        data, draws, (run, choices) -> choices.draw(run.rng(Rng.Purpose.PREDICT, "choices")));
  }

  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  private Samples values(
      D data, Samples draws, BiFunction<Run, TraceChoices, Map<String, NDArray>> values) {
    int count = Math.toIntExact(draws.draws());
    try (BoundData<D> bound = BoundData.of(data, config)) {
      Set<String> names = names(bound, draws);
      return Draws.of(
              config,
              toString(),
              count,
              batch -> {
                Trace summed = summed(bound, draws, batch);
                TraceChoices choices = TraceChoices.of(batch.run(), summed);
                Handler found = new Substitute(values.apply(batch.run(), choices));
                return List.of(record(bound, batch, found, given(draws, batch)));
              },
              site -> names.contains(site.name()))
          .endedByInterrupts()
          .collect(count)
          .countedAs(draws);
    }
  }

  private Set<String> names(BoundData<D> data, Samples draws) {
    try (Run run = Run.open(config, 0)) {
      Trace first = summed(data, draws, new Draws.Batch(run, 0, 0, 0, null));
      Set<String> names =
          first.sites().stream()
              .filter(SampleSite::isEnumerated)
              .map(SampleSite::name)
              .collect(ImmutableSet.toImmutableSet());
      checkAny(!names.isEmpty(), draws);
      return names;
    }
  }

  private static void checkAny(boolean isAny, Samples draws) {
    checkArgument(
        isAny,
        "model has no discrete latent site that is summed out; its latent sites are %s",
        draws.names());
  }

  // --- executions

  /** The model where its continuous sites have the values of draws. */
  private Trace summed(BoundData<D> data, Samples draws, Draws.Batch batch) {
    Trace trace = record(data, batch, new SumOut(), given(draws, batch));
    for (SampleSite site : trace.latents()) {
      checkArgument(
          draws.names().contains(site.name()) || batch.isGiven(),
          "latent site '%s' has no draws, only %s have; pass draws of all continuous latent sites",
          site.name(),
          draws.names());
    }
    return trace;
  }

  private static Handler given(Samples draws, Draws.Batch batch) {
    return new GivenDraws(draws, batch.from(), batch.count(), batch.nesting(), ImmutableSet.of());
  }

  private Trace record(BoundData<D> data, Draws.Batch batch, Handler... inner) {
    return batch
        .run()
        .withoutGradients(
            () ->
                Execution.record(
                    batch.run(),
                    params,
                    Rng.Purpose.PREDICT,
                    model,
                    data.in(batch.run()),
                    batch.around(ObjectArrays.concat(inner, new AllRows()))));
  }

  /** The program, for a reader of a stack trace or a debugger. */
  @Override
  public String toString() {
    return "choices of " + model.name();
  }
}
