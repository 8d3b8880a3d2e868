package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.ObjectArrays;
import com.google.common.collect.Streams;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
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
import org.ppl4j.infer.diagnostics.LogLikelihoods;
import org.ppl4j.internal.math.Nearest;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.PlainMap;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The density of a model where its latent sites have given values: of everything together, and of
 * each observation.
 *
 * <pre>{@code
 * try (Samples draws = svi.posterior(data, 2000)) {
 *   Loo loo = Loo.of(ModelDensity.of(model, svi).logLikelihoods(data, draws));
 * }
 * }</pre>
 *
 * <p>All rows are seen of a plate whose rows the library would draw. Draws are looked at some at a
 * time, so that memory beyond the result does not grow with their number.
 *
 * @param <D> the data of the model
 */
public final class ModelDensity<D extends @Nullable Object> {

  private final Program<D> model;
  private final ParamStore params;
  private final RunConfig config;

  private ModelDensity(Program<D> model, ParamStore params, RunConfig config) {
    this.model = requireNonNull(model, "model");
    this.params = requireNonNull(params, "params");
    this.config = requireNonNull(config, "config");
  }

  /** That of a model with the parameters and settings of a posterior. */
  public static <D extends @Nullable Object> ModelDensity<D> of(
      Program<D> model, Posterior<D> posterior) {
    return new ModelDensity<>(model, posterior.params(), posterior.config());
  }

  /** That of a model with these parameters, if it has any. */
  public static <D extends @Nullable Object> ModelDensity<D> of(
      Program<D> model, ParamStore params, RunConfig config) {
    return new ModelDensity<>(model, params, config);
  }

  /**
   * log p(values, data): the log joint of latent sites, observations and factors.
   *
   * @param values of all latent sites by name, each of the site's shape; discrete ones of finite
   *     support that are not among them are summed out
   * @throws IllegalArgumentException if a latent site has no value, or one of another shape
   */
  public double logJoint(D data, Map<String, ? extends NDArray> values) {
    try (BoundData<D> bound = BoundData.of(data, config);
        Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            Trace trace = record(run, bound, new Substitute(values), new SumOut(), new AllRows());
            checkKnown(trace, values.keySet());
            return Tensors.values(trace.logJoint())[0];
          });
    }
  }

  /**
   * log p(draw, data) of each draw.
   *
   * @param draws of all latent sites; other sites among them do not matter
   * @throws IllegalArgumentException if a latent site has no draws, or those of another shape
   */
  public double[] logJoints(D data, Samples draws) {
    double[] all = new double[Math.toIntExact(draws.draws())];
    try (BoundData<D> bound = BoundData.of(data, config)) {
      List<Observed> unused = observed(bound, draws);
      many(bound, draws)
          .each(
              all.length,
              (batch, traces) -> {
                double[] some = Tensors.values(batch.logJoints(traces.get(0)));
                System.arraycopy(some, 0, all, batch.from(), some.length);
              });
    }
    return all;
  }

  /**
   * The log likelihood of each observation under each draw, without the scale that handlers give
   * it; what a mask leaves out, such as a missing value, is no observation. Observations have names
   * like {@code y[1]} and {@code y[2,3]}, counted from 1; a site with one observation its own name.
   * Discrete sites of finite support are summed out, whatever the draws have of them.
   *
   * @param draws of all latent sites, as chains or with weights if they have them
   * @param sites the observed sites that are looked at; all of them if none is named
   * @throws IllegalArgumentException if a latent site has no draws, or those of another shape, if
   *     there is no observed site of a name, a likelihood is 0 or not finite, or observations share
   *     a site that is summed out
   */
  public LogLikelihoods logLikelihoods(D data, Samples draws, String... sites) {
    Map<String, double[]> columns = new LinkedHashMap<>();
    try (BoundData<D> bound = BoundData.of(data, config)) {
      List<Observed> observed = named(ImmutableSet.copyOf(sites), observed(bound, draws));
      int count = Math.toIntExact(draws.draws());
      for (Observed site : observed) {
        for (int place : site.places()) {
          columns.put(site.name() + Summary.subscript(site.shape(), place), new double[count]);
        }
      }
      List<double[]> inOrder = new ArrayList<>(columns.values());
      many(bound, draws, new SumOut())
          .each(count, (batch, traces) -> fill(inOrder, observed, batch, traces.get(0)));
    }
    if (draws.logWeights().isPresent()) {
      return LogLikelihoods.weighted(columns, draws.logWeights().get());
    }
    return draws.chains() == 0
        ? LogLikelihoods.of(columns)
        : LogLikelihoods.ofChains(columns, draws.chains());
  }

  /**
   * The log density of latent sites under each draw, given the draw's values of all others: of each
   * draw the sum over these sites, without the scale that handlers give it, and without discrete
   * sites that are summed out.
   *
   * @param draws of all latent sites
   * @param sites their names
   * @throws IllegalArgumentException as {@link #logLikelihoods}, or if there is no latent site of a
   *     name
   */
  public double[] logPriors(D data, Samples draws, Collection<String> sites) {
    double[] sums = new double[Math.toIntExact(draws.draws())];
    try (BoundData<D> bound = BoundData.of(data, config)) {
      List<Observed> unused = observed(bound, draws);
      Map<String, Shape> shapes = shapes(bound, draws, sites);
      many(bound, draws, new SumOut())
          .each(
              sums.length,
              (batch, traces) ->
                  shapes.forEach(
                      (name, shape) -> {
                        NDArray logProb = traces.get(0).site(name).logProb();
                        double[] values = Tensors.values(batch.rows(logProb, shape));
                        int size = values.length / batch.draws();
                        for (int i = 0; i < values.length; i++) {
                          sums[batch.from() + i / size] += values[i];
                        }
                      }));
    }
    return sums;
  }

  /** Of the log density of latent sites, for one draw. */
  private Map<String, Shape> shapes(BoundData<D> data, Samples draws, Collection<String> sites) {
    Map<String, Shape> shapes = new LinkedHashMap<>();
    try (Run run = Run.open(config, 0)) {
      Trace unused =
          run.withoutGradients(
              () -> {
                Draws.Batch one = new Draws.Batch(run, 0, 0, 0, null);
                Trace trace = given(one, data, draws, new SumOut());
                for (String name : sites) {
                  SampleSite site = trace.site(name);
                  checkArgument(
                      site.isLatent() || site.isEnumerated(),
                      "site '%s' is not latent; ask for those that are",
                      name);
                  if (site.isLatent()) {
                    shapes.put(name, site.logProb().getShape());
                  }
                }
                return trace;
              });
    }
    return shapes;
  }

  private static void fill(
      List<double[]> columns, List<Observed> observed, Draws.Batch batch, Trace trace) {
    int next = 0;
    int count = batch.draws();
    for (Observed site : observed) {
      NDArray logProb = TraceChoices.of(batch.run(), trace).logLikelihood(trace.site(site.name()));
      double[] values = Tensors.values(batch.rows(logProb, site.shape()));
      int size = values.length / count;
      for (int place : site.places()) {
        double[] column = columns.get(next++);
        for (int i = 0; i < count; i++) {
          column[batch.from() + i] = values[i * size + place];
        }
      }
    }
  }

  /**
   * The log likelihood of all observations together under each draw (n), recorded as a function of
   * the data's arrays.
   *
   * @throws IllegalArgumentException if draws are not of all latent sites, are not had at once, or
   *     it cannot be recorded
   */
  PlainMap recorded(BoundData<D> data, Samples draws) {
    List<Observed> observed = observed(data, draws);
    int count = Math.toIntExact(draws.draws());
    Draws many = many(data, draws, new SumOut());
    return PlainMap.ofData(
        toString(),
        config,
        1,
        data.arrays(),
        run -> {
          Draws.Batch batch = many.together(run, count);
          Trace trace = given(batch, data, draws, new SumOut());
          NDArray sum = run.zeros(new Shape(count));
          for (Observed site : observed) {
            NDArray each = TraceChoices.of(run, trace).logLikelihood(trace.site(site.name()));
            NDArray rows = batch.rows(each, site.shape());
            sum = sum.add(Tensors.sumRight(rows, site.shape().dimension()));
          }
          return sum;
        });
  }

  // --- executions

  /**
   * An observed site.
   *
   * @param shape of its batch
   * @param places that no mask leaves out
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Observed(String name, Shape shape, int[] places) {

    static Observed of(Run run, SampleSite site) {
      Shape shape = site.logProb().getShape();
      IntStream all = IntStream.range(0, Math.toIntExact(shape.size()));
      NDArray mask = site.mask();
      if (mask == null) {
        return new Observed(site.name(), shape, site.isMaskedOut() ? new int[0] : all.toArray());
      }
      double[] counts = Tensors.values(run.bind(mask).broadcast(shape));
      return new Observed(site.name(), shape, all.filter(i -> counts[i] != 0).toArray());
    }
  }

  private static List<Observed> named(ImmutableSet<String> names, List<Observed> all) {
    List<String> known = all.stream().map(Observed::name).toList();
    for (String name : names) {
      checkArgument(
          known.contains(name),
          "model has no observed site '%s', only %s; ask for one of these",
          name,
          Nearest.to(name, known));
    }
    return all.stream().filter(site -> names.isEmpty() || names.contains(site.name())).toList();
  }

  /** What the model observes; the draws must be of its latent sites. */
  private List<Observed> observed(BoundData<D> data, Samples draws) {
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            Trace trace = given(new Draws.Batch(run, 0, 0, 0, null), data, draws, new SumOut());
            checkKnown(trace, draws.names());
            for (SampleSite site : trace.latents()) {
              checkArgument(
                  site.value().getShape().equals(draws.shape(site.name())),
                  "samples of site '%s' have shape %s, but with these data it has shape %s; pass"
                      + " the data that the draws were made with",
                  site.name(),
                  draws.shape(site.name()),
                  site.value().getShape());
            }
            return Streams.stream(trace.observed()).map(site -> Observed.of(run, site)).toList();
          });
    }
  }

  private Draws many(BoundData<D> data, Samples draws, Handler... inner) {
    return Draws.of(
            config,
            toString(),
            Math.toIntExact(draws.draws()),
            batch -> List.of(given(batch, data, draws, inner)),
            site -> false)
        .endedByInterrupts();
  }

  /**
   * The model where sites have the values of draws.
   *
   * @param inner handlers inside of that
   */
  private Trace given(Draws.Batch batch, BoundData<D> data, Samples draws, Handler... inner) {
    GivenDraws given =
        new GivenDraws(draws, batch.from(), batch.count(), batch.nesting(), ImmutableSet.of());
    Handler[] all =
        ObjectArrays.concat(
            inner, new Handler[] {given, new SumOut(), new AllRows()}, Handler.class);
    return record(batch.run(), data, batch.around(all));
  }

  private Trace record(Run run, BoundData<D> data, Handler... outer) {
    return Execution.record(run, params, Rng.Purpose.PREDICT, model, data.in(run), outer);
  }

  private static void checkKnown(Trace trace, Set<String> known) {
    for (SampleSite site : trace.latents()) {
      checkArgument(
          known.contains(site.name()),
          "latent site '%s' has no value, only %s have; pass one for each latent site",
          site.name(),
          known);
    }
  }

  /** The program, for a reader of a stack trace or a debugger. */
  @Override
  public String toString() {
    return "density of " + model.name();
  }
}
