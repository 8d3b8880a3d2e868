package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.errorprone.annotations.MustBeClosed;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Uncondition;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * New data from a model: its observed sites drawn anew, given draws of the posterior or of the
 * prior. It forgets the observations by itself, so the model need not be changed.
 *
 * @param <D> the data of the model
 */
public final class Predictive<D extends @Nullable Object> {

  private final Program<D> model;
  private final @Nullable Posterior<D> posterior;
  private final ParamStore params;
  private final RunConfig config;

  private Predictive(
      Program<D> model, @Nullable Posterior<D> posterior, ParamStore params, RunConfig config) {
    this.model = requireNonNull(model, "model");
    this.posterior = posterior;
    this.params = requireNonNull(params, "params");
    this.config = requireNonNull(config, "config");
  }

  /** Predictions given the data: one for each draw of the posterior. */
  public static <D extends @Nullable Object> Predictive<D> of(
      Program<D> model, Posterior<D> posterior) {
    return new Predictive<>(model, posterior, posterior.params(), posterior.config());
  }

  /** Predictions before any data: latent sites are drawn from the model itself. */
  public static <D extends @Nullable Object> Predictive<D> prior(
      Program<D> model, ParamStore params, RunConfig config) {
    return new Predictive<>(model, null, params, config);
  }

  /**
   * Draws of the sites that the model observes, of its deterministic sites, and of latent sites
   * that the posterior does not know; of all rows of a plate whose rows the library would draw.
   *
   * @param data gives the model its shapes and covariates; what it observes is not used
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
      return draw(data, draws, latent);
    }
  }

  @MustBeClosed
  private Samples draw(D data, int draws, Samples latent) {
    try (BoundData<D> bound = BoundData.of(data, config)) {
      return Draws.collect(
          config,
          draws,
          (run, from, count, nesting) ->
              Execution.record(
                  run,
                  params,
                  Rng.Purpose.PREDICT,
                  model,
                  bound.in(run),
                  Draws.around(
                      count,
                      nesting,
                      new Uncondition(),
                      new Given(latent, from, count, nesting),
                      new AllRows())),
          site ->
              site.kind() == SampleSite.Kind.DETERMINISTIC
                  || (site.isLatent() && !latent.names().contains(site.name())));
    }
  }

  /**
   * Gives latent sites their draws {@code from} to {@code from + count}; the first if count is 0.
   */
  private record Given(Samples latent, int from, int count, int nesting) implements Handler {

    @Override
    public Frame begin(Ppl p) {
      return new Frame() {
        @Override
        protected void enter(SampleSite site) {
          if (site.isLatent() && latent.names().contains(site.name())) {
            site.substitute(value(p.run(), site));
          }
        }
      };
    }

    private NDArray value(Run run, SampleSite site) {
      NDArray all = run.bind(latent.get(site.name()));
      int rank = all.getShape().dimension();
      NDArray rows = Tensors.range(all, -rank, from, from + Math.max(count, 1));
      Shape shape = latent.shape(site.name());
      if (count == 0) {
        return Tensors.reshape(rows, shape);
      }
      int batchDims = shape.dimension() - site.distribution().eventShape().dimension();
      Shape ones = new Shape(new long[] {count});
      for (int i = batchDims; i < nesting; i++) {
        ones = Shapes.concat(ones, new Shape(1));
      }
      return Tensors.reshape(rows, Shapes.concat(ones, shape));
    }
  }

  /** The program, for a reader of a stack trace or a debugger. */
  @Override
  public String toString() {
    return (posterior == null ? "prior" : "posterior") + " predictive of " + model;
  }
}
