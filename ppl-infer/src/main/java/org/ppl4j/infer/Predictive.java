package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.collect.ImmutableList.toImmutableList;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Uncondition;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.StoredMap;
import org.ppl4j.tensor.internal.around.Surroundings;

/**
 * New data from a model: its observed sites drawn anew, given draws of the posterior or of the
 * prior. It forgets the observations by itself, so the model need not be changed.
 *
 * <p>For other data than those of the fit, the draws are made from the data of the fit, and the
 * predictions from the others:
 *
 * <pre>{@code
 * try (Samples posterior = svi.posterior(data, 1000);
 *     Samples predicted = Predictive.of(model, svi).draw(newData, posterior)) {
 *   System.out.println(predicted.summary());
 * }
 * }</pre>
 *
 * <p>What the model observes is not used: it may be of any values, or null where the model hands a
 * null to {@code p.observe}. A plate with more rows than the draws have keeps theirs as its first
 * rows and draws the others, such as new groups, from the model given the values of the sites
 * before. Where all rows of a plate are others, say so by {@link #newRows}.
 *
 * <p>Draws are made some at a time, so that memory does not grow with their number.
 *
 * @param <D> the data of the model
 */
public final class Predictive<D extends @Nullable Object> {

  private final Program<D> model;
  private final @Nullable Posterior<D> posterior;
  private final @Nullable ParamStore params; // none of the user's: the model has none
  private final RunConfig config;
  private final ImmutableSet<String> newRows;

  private Predictive(
      Program<D> model,
      @Nullable Posterior<D> posterior,
      @Nullable ParamStore params,
      RunConfig config,
      ImmutableSet<String> newRows) {
    this.model = requireNonNull(model, "model");
    this.posterior = posterior;
    this.params = params;
    this.config = requireNonNull(config, "config");
    this.newRows = newRows;
  }

  /** Predictions given the data: one for each draw of the posterior. */
  public static <D extends @Nullable Object> Predictive<D> of(
      Program<D> model, Posterior<D> posterior) {
    return new Predictive<>(
        model, posterior, posterior.params(), posterior.config(), ImmutableSet.of());
  }

  /**
   * Predictions before any data: latent sites are drawn from the model itself. If it has
   * parameters, they are as it begins them.
   */
  public static <D extends @Nullable Object> Predictive<D> prior(Program<D> model) {
    return new Predictive<>(model, null, null, RunConfig.defaults(), ImmutableSet.of());
  }

  /** The same of a model with parameters of a store. */
  public static <D extends @Nullable Object> Predictive<D> prior(
      Program<D> model, ParamStore params, RunConfig config) {
    return new Predictive<>(
        model, null, requireNonNull(params, "params"), config, ImmutableSet.of());
  }

  /**
   * With another seed or float type: unless set, those of the posterior, and of predictions before
   * any data {@link RunConfig#defaults()}.
   */
  public Predictive<D> config(RunConfig config) {
    return new Predictive<>(model, posterior, params, config, newRows);
  }

  /**
   * The same where the rows of these plates are others than those of the posterior's draws: their
   * latent sites are drawn from the model.
   */
  public Predictive<D> newRows(String... plates) {
    return new Predictive<>(model, posterior, params, config, ImmutableSet.copyOf(plates));
  }

  /**
   * Draws of the sites that the model observes, of its deterministic sites, and of latent sites
   * that the posterior does not know or has fewer rows of; of all rows of a plate whose rows the
   * library would draw. Weights, chains and warnings are those of the posterior's draws.
   *
   * @param data gives the posterior its data, and the model its shapes and covariates
   * @param draws how many, at least 1
   */
  @MustBeClosed
  public Samples draw(D data, int draws) {
    checkArgument(draws >= 1, "predictive is asked for %s draws, but needs at least 1", draws);
    if (posterior == null) {
      try (Samples none = Samples.of(NDManager.newBaseManager(), ImmutableMap.of())) {
        return draw(data, draws, none);
      }
    }
    try (Samples latent = posterior.posterior(data, draws)) {
      if (latent.names().isEmpty()) {
        return draw(data, draws, latent);
      }
      return draw(data, latent);
    }
  }

  /**
   * The same for each of these draws of the posterior, which may be of other data.
   *
   * @param data gives the model its shapes and covariates
   * @param posterior the draws, of at least one site; with weights or of chains, if they have any
   * @throws IllegalArgumentException if it has no site, or a plate has fewer rows than it
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples draw(D data, Samples posterior) {
    checkArgument(
        posterior.draws() >= 1,
        "predictive is given %s draws, but needs at least 1 of at least one site",
        posterior.draws());
    return draw(data, Math.toIntExact(posterior.draws()), posterior).countedAs(posterior);
  }

  @MustBeClosed
  private Samples draw(D data, int draws, Samples latent) {
    try (RunStore store = RunStore.of(params, config);
        BoundData<D> bound = BoundData.of(data, config)) {
      return executed(store.params(), bound, draws, latent).endedByInterrupts().collect(draws);
    }
  }

  private Draws executed(ParamStore params, BoundData<D> data, int draws, Samples latent) {
    GivenDraws first = new GivenDraws(latent, 0, 0, 0, newRows);
    return Draws.of(
        config,
        toString(),
        draws,
        batch -> List.of(given(params, batch, data, latent)),
        site ->
            site.kind() == SampleSite.Kind.DETERMINISTIC
                || (site.isLatent()
                    && !(first.has(site)
                        && site.value().getShape().equals(latent.shape(site.name())))));
  }

  private Trace given(ParamStore params, Draws.Batch batch, BoundData<D> data, Samples latent) {
    return Execution.record(
        batch.run(),
        params,
        Rng.Purpose.PREDICT,
        model.with(new Uncondition()),
        data.in(batch.run()),
        batch.around(
            new GivenDraws(latent, batch.from(), batch.count(), batch.nesting(), newRows),
            new AllRows()));
  }

  /**
   * Predictions for other data of the same shapes, given these draws of the posterior, as functions
   * of plain numbers: recorded once, and computed without the engine.
   *
   * <pre>{@code
   * PredictiveScorer scorer = Predictive.of(model, run).scorer(house, posterior);
   * scorer.interval(0.9, Map.of("county", new double[] {3}, "floor", new double[] {1}));
   * }</pre>
   *
   * @param data of the shapes that will be asked for, such as one row; its arrays are what may
   *     change, all else stays
   * @param posterior the draws, of at least one site; with weights, if they have any
   * @throws IllegalArgumentException as {@link #draw(Object, Samples)}, if the model may read
   *     numbers of plain arrays in Java, or if neither predictions nor their log-density can be
   *     recorded, which the message says
   */
  public PredictiveScorer scorer(D data, Samples posterior) {
    checkArgument(
        posterior.draws() >= 1,
        "predictive is given %s draws, but needs at least 1 of at least one site",
        posterior.draws());
    int count = Math.toIntExact(posterior.draws());
    try (RunStore store = RunStore.of(params, config);
        BoundData<D> bound = BoundData.of(data, config)) {
      boolean isSeen =
          bound.key().equals(bound.wholeKey()) || !Surroundings.of(List.of(model)).readsArrays();
      checkArgument(
          isSeen,
          "%s may read numbers of plain arrays of its data in Java, which would stay as they are"
              + " here; read them by p.constant(array) or plate.take(array) alone, or pass tensors",
          this);
      ParamStore own = store.params();
      Draws draws = executed(own, bound, count, posterior);
      StoredMap logs =
          StoredMap.of(() -> ModelDensity.of(model, own, config).recorded(bound, posterior));
      StoredMap drawn =
          StoredMap.of(
              () ->
                  PlainMap.ofData(
                      toString(),
                      config,
                      1,
                      bound.arrays(),
                      run -> rows(own, draws.together(run, count), draws, bound, posterior)));
      checkArgument(
          logs.map() != null || drawn.map() != null, "%s has no scorer: %s", this, drawn.missing());
      return new PredictiveScorer(
          PredictiveScorer.Input.of(bound.names(), bound.arrays()),
          draws.shapes().entrySet().stream()
              .flatMap(site -> ElementNames.NUMBERS.of(site.getKey(), site.getValue()).stream())
              .collect(toImmutableList()),
          new PredictiveScorer.Maps(logs, drawn),
          config.seed(),
          posterior.logWeights().orElse(null));
    }
  }

  /** All that is predicted of each draw (n, sites). */
  private NDArray rows(
      ParamStore params, Draws.Batch batch, Draws draws, BoundData<D> data, Samples posterior) {
    Trace trace = given(params, batch, data, posterior);
    List<NDArray> rows = new ArrayList<>();
    draws
        .shapes()
        .forEach(
            (name, shape) -> {
              NDArray all = batch.rows(trace.value(name), shape);
              rows.add(Tensors.reshape(all, new Shape(batch.draws(), shape.size())));
            });
    return Tensors.concat(rows, 1);
  }

  /** The program, for a reader of a stack trace or a debugger. */
  @Override
  public String toString() {
    return (posterior == null ? "prior" : "posterior") + " predictive of " + model.name();
  }
}
