package org.ppl4j.infer.annealing;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Iterables;
import com.google.common.collect.Streams;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Execution;
import org.ppl4j.Handler;
import org.ppl4j.ModelGuide;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.handlers.AllRows;
import org.ppl4j.handlers.Replay;
import org.ppl4j.handlers.SumOut;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.latent.LatentSite;
import org.ppl4j.infer.latent.LatentSpace;
import org.ppl4j.infer.latent.ModelBased;
import org.ppl4j.infer.latent.RunDensity;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;

/**
 * The geometric path from a guide q to the posterior of a model p, as a density of the
 * unconstrained vector u (D) of what the guide draws with a density:
 *
 * <pre>{@code
 * log f_β(u) = log q(u) + β log r(u),   log r(u) = log p(x(u), data) − log q(x(u)),   β in [0, 1]
 * }</pre>
 *
 * <p>f_0 is the guide's density, f_1 the joint density of model and data. What the guide draws
 * without a density, such as the sites that an autoguide makes of its joint draw, follows from u.
 * The slope of log f in β is log r: one recorded function of (u, β) gives both with the gradient.
 *
 * <p>All rows are seen of a plate whose rows the library would draw. Any number of threads may ask
 * at once. Close it.
 */
final class GeometricPath<D extends @Nullable Object> implements TemperedDensity, AutoCloseable {

  /** So many draws of a guide are tried for one under which the model has a density. */
  private static final int ATTEMPTS = 100;

  /** So many draws show how the programs are executed for many. */
  private static final int LOOKED_AT = 50;

  private final String owner;
  private final Program<D> model;
  private final Program<D> guide;
  private final BoundData<D> data;
  private final ParamStore params;
  private final RunConfig config;
  private final Look look;
  private final VectorFunction function;
  private @Nullable Draws many; // made when first asked for

  /**
   * What a draw shows.
   *
   * @param space of what the guide draws with a density
   * @param nesting how many dims the plates own
   * @param vector the draw
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Look(LatentSpace space, int nesting, double[] vector) {}

  /** The terms of log f, {@code ()} or {@code (N)} each. */
  private record Terms(NDArray logGuide, NDArray logRatio) {}

  /** Executions at vectors: of the sites placed there, of the guide, and of the model under it. */
  private record Executed(Trace placed, Trace guide, Trace model) {}

  private GeometricPath(
      String owner,
      Program<D> model,
      Program<D> guide,
      BoundData<D> data,
      ParamStore params,
      RunConfig config) {
    this.owner = owner;
    this.model = model;
    this.guide = guide;
    this.data = data;
    this.params = params;
    Look first = look(config, 0);
    this.config = config.withValidation(Validation.OFF);
    this.look = finite(first);
    double[] start = Arrays.copyOf(look.vector(), size() + 1);
    start[size()] = 0.5;
    this.function =
        new VectorFunction(
            owner + " of " + model.name(),
            this.config,
            this::value,
            start,
            ImmutableList.builder().add(model, guide).addAll(data.unseen()).build());
  }

  /**
   * The path from a guide to a model, whose parameters are held as they are in the store.
   *
   * @param owner what goes along it, for errors
   * @throws IllegalArgumentException if the guide does not fit the model, draws a discrete site or
   *     none with a density, some rows are not seen, or the model has no density under its draws
   */
  @MustBeClosed
  static <D extends @Nullable Object> GeometricPath<D> of(
      String owner,
      Program<D> model,
      Program<D> guide,
      D data,
      ParamStore params,
      RunConfig config) {
    BoundData<D> bound = BoundData.of(data, config);
    try {
      if (guide instanceof ModelBased<D> based) {
        Optional<String> unused = based.begin(params, config, bound); // any start will do
      }
      return new GeometricPath<>(owner, model, guide, bound, params, config);
    } catch (RuntimeException e) {
      bound.close();
      throw e;
    }
  }

  // --- a draw of the guide

  private Look look(RunConfig config, int counter) {
    try (Run run = Run.open(config, counter)) {
      return run.withoutGradients(
          () -> {
            Trace drawn = execution(run, guide, 0, 0);
            Trace ofGuide = guide(run, 0, 0, new Replay(continuous(drawn)));
            Trace scored = model(run, ofGuide, 0, 0);
            ModelGuide.check(scored, ofGuide);
            LatentSpace.checkLatent(scored, owner);
            LatentSpace space = space(ofGuide);
            checkRows(ofGuide, scored);
            int nesting = Math.max(ofGuide.plateNesting(), scored.plateNesting());
            return new Look(space, nesting, Tensors.values(vectors(run, space, drawn, 0)));
          });
    }
  }

  /** What is not summed out, which the rest of the guide is executed with. */
  private static Trace continuous(Trace drawn) {
    Trace.Builder continuous = Trace.builder();
    for (SampleSite site : drawn.latents()) {
      if (!site.distribution().support().isDiscrete()) {
        continuous.add(site);
      }
    }
    drawn.plates().forEach(continuous::add);
    return continuous.build();
  }

  private LatentSpace space(Trace drawn) {
    List<LatentSite> sites =
        Streams.stream(drawn.latents())
            .filter(site -> site.distribution().hasDensity())
            .map(site -> LatentSite.of(site, owner, ImmutableMap.of(), ImmutableSet.of()))
            .toList();
    checkArgument(
        !sites.isEmpty(),
        "%s begins at draws of the guide, but it draws nothing that has a density; take one that"
            + " does, such as AutoNormal, or none, to begin at the prior",
        owner);
    return LatentSpace.of(sites);
  }

  private void checkRows(Trace drawn, Trace scored) {
    for (Plate plate : Iterables.concat(drawn.plates(), scored.plates())) {
      checkArgument(
          plate.batch() == plate.size(),
          "plate '%s' sees %s of %s rows, but the evidence is of all; give %s the whole data",
          plate.name(),
          plate.batch(),
          plate.size(),
          owner);
    }
  }

  /** A look at a draw where all is finite: this one, or else another. */
  private Look finite(Look first) {
    Look draw = first;
    double ratio = Double.NaN;
    for (int i = 1; i <= ATTEMPTS; i++) {
      double[] u = draw.vector();
      if (Arrays.stream(u).allMatch(Double::isFinite)) {
        ratio = ratio(draw);
        if (Double.isFinite(ratio)) {
          return draw;
        }
      }
      draw = i < ATTEMPTS ? look(config, i) : draw;
    }
    throw new IllegalArgumentException(
        ("%s%s begins at draws of the guide, but under none of %s the log density of the model"
                + " less the guide's is finite: at the last, unconstrained %s, it is %s; begin at a"
                + " guide near the posterior, or look at the model's data and supports")
            .formatted(wrong(), owner, ATTEMPTS, Arrays.toString(draw.vector()), ratio));
  }

  /** What the checks of a first run say of the model, in a line. */
  private String wrong() {
    try {
      Look unused = look(config.withValidation(Validation.ALWAYS), ATTEMPTS);
      return "";
    } catch (IllegalArgumentException e) {
      return e.getMessage() + "\n";
    }
  }

  private double ratio(Look at) {
    try (Run run = Run.open(config, 0)) {
      return run.withoutGradients(
          () -> {
            NDArray u = run.create(at.vector(), new Shape(at.vector().length));
            return Tensors.values(terms(run, at, u).logRatio())[0];
          });
    }
  }

  /** The unconstrained vectors of an execution of the guide, (D), or (N, D) of N particles. */
  private static NDArray vectors(Run run, LatentSpace space, Trace drawn, int count) {
    List<NDArray> parts = new ArrayList<>();
    for (LatentSite site : space.in(drawn).sites()) {
      NDArray u = site.unconstrain(run.bind(drawn.value(site.name()))).value();
      NDArray rows =
          count == 0
              ? u.broadcast(site.unconstrained())
              : Draws.rows(run, u, count, site.unconstrained());
      Shape flat = count == 0 ? new Shape(site.size()) : new Shape(count, site.size());
      parts.add(Tensors.reshape(rows, flat));
    }
    return Tensors.concat(parts, -1);
  }

  /**
   * Draws of the guide (N, D), row by row.
   *
   * @throws IllegalArgumentException if one is not finite
   */
  double[] draws(int draws) {
    double[] all = new double[Math.multiplyExact(draws, size())];
    Draws.of(
            config,
            "guide of " + model.name(),
            draws,
            batch -> List.of(record(batch.run(), guide, batch.around(new AllRows()))),
            site -> false)
        .each(
            draws,
            (batch, traces) -> {
              NDArray some = vectors(batch.run(), look.space(), traces.get(0), batch.count());
              System.arraycopy(
                  Tensors.values(some), 0, all, batch.from() * size(), batch.draws() * size());
            });
    for (int i = 0; i < all.length; i++) {
      checkArgument(
          Double.isFinite(all[i]),
          "chain %s begins at a draw of the guide whose unconstrained number %s is %s, for it lies"
              + " at an edge of its support; begin at a guide with less mass there",
          i / size(),
          i % size(),
          all[i]);
    }
    return all;
  }

  // --- the density

  /** With its discrete sites summed out. */
  private Trace guide(Run run, int count, int nesting, Handler replay) {
    return execution(run, guide, count, nesting, replay, new SumOut());
  }

  private Trace model(Run run, Trace drawn, int count, int nesting) {
    return execution(run, model, count, nesting, new Replay(drawn), new SumOut());
  }

  private Trace execution(Run run, Program<D> program, int count, int nesting, Handler... inner) {
    Handler[] handlers = Arrays.copyOf(inner, inner.length + 1);
    handlers[inner.length] = new AllRows();
    return record(run, program, Draws.around(count, nesting, handlers));
  }

  private Trace record(Run run, Program<D> program, Handler... around) {
    return Execution.record(run, params, Rng.Purpose.PREDICT, program, data.in(run), around);
  }

  private Terms terms(Run run, Look of, NDArray u) {
    Executed executed = executed(run, of, u);
    Trace drawn = executed.guide;
    Trace.Builder dense = Trace.builder();
    for (SampleSite site : drawn.sites()) {
      boolean isDrawn = site.isLatent() || site.isEnumerated();
      if (isDrawn && site.distribution().hasDensity()) {
        dense.add(site);
      }
    }
    int count = count(u);
    int nesting = of.nesting();
    NDArray ofGuide =
        logJoint(dense.build(), count, nesting).sub(logJoint(executed.placed, count, nesting));
    NDArray ratio = logJoint(executed.model, count, nesting).sub(logJoint(drawn, count, nesting));
    return new Terms(ofGuide, ratio);
  }

  private Executed executed(Run run, Look of, NDArray u) {
    int count = count(u);
    int nesting = of.nesting();
    NDArray z = RunDensity.under(u, nesting);
    Trace placed = new RunDensity<>(run, params, guide, data.in(run), of.space()).placed(z);
    Trace drawn = guide(run, count, nesting, new Replay(placed));
    return new Executed(placed, drawn, model(run, drawn, count, nesting));
  }

  private static int count(NDArray u) {
    Shape shape = u.getShape();
    return shape.dimension() == 1 ? 0 : Math.toIntExact(shape.get(0));
  }

  private static NDArray logJoint(Trace trace, int count, int nesting) {
    return count == 0 ? trace.logJoint() : trace.logJoints(-nesting - 1);
  }

  /** log f of (u, β) as one vector. */
  private NDArray value(Run run, NDArray x) {
    Terms terms = terms(run, look, Tensors.range(x, -1, 0, size()));
    NDArray beta = Tensors.reshape(Tensors.range(x, -1, size(), size() + 1L), new Shape());
    return terms.logGuide().add(terms.logRatio().mul(beta));
  }

  @Override
  public int size() {
    return look.space().size();
  }

  @Override
  public void evaluate(double beta, double[] vectors, Evaluation into) {
    int size = size();
    double[] x = new double[size + 1];
    double[] gradient = new double[size + 1];
    x[size] = beta;
    for (int i = 0; i < into.values().length; i++) {
      if (function.whyNot().isPresent()) {
        byEngine(beta, vectors, into);
        return;
      }
      System.arraycopy(vectors, i * size, x, 0, size);
      into.values()[i] = function.evaluate(x, gradient);
      into.logRatios()[i] = gradient[size];
      System.arraycopy(gradient, 0, into.gradients(), i * size, size);
    }
  }

  private void byEngine(double beta, double[] vectors, Evaluation into) {
    int count = into.values().length;
    if (many().whyNotTogether().isEmpty()) {
      together(beta, vectors, 0, new Shape(count, size()), into);
      return;
    }
    for (int i = 0; i < count; i++) {
      together(beta, vectors, i, new Shape(size()), into);
    }
  }

  /** At so many vectors of these as the shape says, from one on. */
  private void together(double beta, double[] vectors, int from, Shape shape, Evaluation into) {
    try (Run run = Run.open(config, 0)) {
      Evaluation unused =
          run.withGradients(
              () -> {
                int first = from * size();
                double[] some = Arrays.copyOfRange(vectors, first, first + (int) shape.size());
                NDArray u = Autograd.variable(run.create(some, shape));
                Terms terms = terms(run, look, u);
                NDArray values = terms.logGuide().add(terms.logRatio().mul(beta));
                NDArray gradients = Autograd.gradOfSum(values, u);
                copy(values, into.values(), from);
                copy(terms.logRatio(), into.logRatios(), from);
                copy(gradients, into.gradients(), first);
                return into;
              });
    }
  }

  private static void copy(NDArray from, double[] to, int at) {
    double[] values = Tensors.values(from);
    System.arraycopy(values, 0, to, at, values.length);
  }

  /** How all is executed at many vectors: found out at draws of the guide. */
  private synchronized Draws many() {
    Draws known = many;
    if (known == null) {
      double[] draws = draws(LOOKED_AT);
      known =
          Draws.of(
              config,
              owner + " of " + model.name(),
              LOOKED_AT,
              executed(draws),
              Draws::isOfPosterior);
      many = known;
    }
    return known;
  }

  private Draws.Executed executed(double[] vectors) {
    return batch -> {
      NDArray u = batch.vectors(vectors, size());
      Executed all = executed(batch.run(), look, u);
      Trace model =
          Draws.drawnBack(
              batch.run(),
              all.model(),
              given ->
                  execution(
                      batch.run(),
                      this.model,
                      count(u),
                      look.nesting(),
                      new Replay(all.guide()),
                      given));
      return List.of(all.placed(), all.guide(), model);
    };
  }

  /** The latent and deterministic sites of the model at vectors (N, D). */
  @MustBeClosed
  Samples samples(double[] vectors) {
    return many().of(executed(vectors)).collect(vectors.length / size());
  }

  @Override
  public void close() {
    data.close();
  }
}
