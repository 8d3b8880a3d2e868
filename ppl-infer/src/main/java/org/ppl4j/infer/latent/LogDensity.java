package org.ppl4j.infer.latent;

import static com.google.common.base.Preconditions.checkArgument;
import static com.google.common.base.Preconditions.checkState;

import ai.djl.engine.EngineException;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.ImmutableDoubleArray;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.BoundData;
import org.ppl4j.Handler;
import org.ppl4j.Program;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.infer.Draws;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.internal.RunStore;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;

/**
 * The log density of a program's latent sites given its data, up to a constant, as a function of
 * the unconstrained vector u (D) of its {@link LatentSpace}:
 *
 * <pre>{@code
 * log p(x(u), data) + log |det dx/du|
 * }</pre>
 *
 * <p>{@link #withDiscrete} is also of discrete sites that are not summed out, whose values come
 * after u in each vector; there is no slope in them.
 *
 * <p>All rows are seen of a plate whose rows the library would draw. Parameters of the program are
 * held as they are in the store when it is made, and must not change meanwhile. Where the density
 * is 0 it is −∞, where an operation overflows NaN; the gradient there means nothing.
 *
 * <p>Any number of threads may ask at once. The program is recorded unless the configuration says
 * otherwise: see {@link VectorFunction}. What cannot be recorded runs by the engine; N vectors at
 * once then cost about as much as one as long as operations are small. It owns a copy of the data:
 * close it.
 *
 * @param <D> the data of the program
 */
public final class LogDensity<D extends @Nullable Object> implements AutoCloseable {

  private static final String OWNER = "a log density";

  /** At so many vectors around the start it is found out how the program is executed at many. */
  private static final int AROUND = 50;

  /** How far they are from each other. */
  private static final double SPACING = 0.05;

  private final Program<D> program;
  private final RunStore store;
  private final ParamStore params;
  private final RunConfig config;
  private final BoundData<D> data;
  private final LatentSpace space;
  private final int nesting;
  private final boolean isOfLatents; // draws are those of the latent sites, and no others
  private final ImmutableSet<String> summedOut;
  private final ImmutableDoubleArray start;
  private final VectorFunction function;
  private @Nullable Draws many; // made when first asked for
  private volatile boolean open = true;

  /**
   * Values of the log density and gradients.
   *
   * @param values of each of N vectors
   * @param gradients {@code (N, D)}, row by row
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  public record Evaluation(double[] values, double[] gradients) {}

  /**
   * What the first execution showed.
   *
   * @param isWhole whether all steps of its scans were done
   */
  private record Found(
      LatentSpace space,
      int nesting,
      boolean isOfLatents,
      ImmutableSet<String> summedOut,
      ImmutableDoubleArray start,
      boolean isWhole) {}

  private LogDensity(
      Program<D> program, RunStore store, RunConfig config, BoundData<D> data, Found found) {
    this.program = program;
    this.store = store;
    this.params = store.params();
    this.config = config;
    this.data = data;
    this.space = found.space();
    this.nesting = found.nesting();
    this.isOfLatents = found.isOfLatents();
    this.summedOut = found.summedOut();
    this.start = found.start();
    this.function =
        function(
            toString(),
            (run, u, given) -> value(run, joined(u, given)),
            Arrays.copyOf(start.toArray(), size()),
            Arrays.copyOfRange(start.toArray(), size(), length()));
  }

  private VectorFunction function(
      String name, VectorFunction.Given function, double[] at, double[] given) {
    return new VectorFunction(
        name,
        config,
        function,
        at,
        given,
        ImmutableList.builder().add(program).addAll(data.unseen()).build());
  }

  /** The conditionals of the discrete sites, in their order. */
  public ImmutableList<FullConditional> conditionals() {
    checkOpen();
    ImmutableList.Builder<FullConditional> all = ImmutableList.builder();
    int from = 0;
    for (LatentSite site : space.sites()) {
      if (site.isDiscrete()) {
        try (Run run = Run.open(config, 0)) {
          all.add(FullConditional.of(this, site, from, start(), run, this::in, this::function));
        }
      }
      from += Math.toIntExact(site.size());
    }
    return all.build();
  }

  /**
   * That of a program without parameters of its own, which starts at {@link Initializer#uniform()}.
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosed") // the density closes the manager
  public static <D extends @Nullable Object> LogDensity<D> of(
      Program<D> program, D data, RunConfig config) {
    RunStore store = RunStore.of(null, config);
    try {
      return of(program, data, store, config, Initializer.uniform(), false);
    } catch (RuntimeException e) {
      store.close();
      throw e;
    }
  }

  /**
   * That of a program, which is executed at an initializer's values to find its latent sites.
   *
   * @param params the parameters of the program, if it has any
   * @throws IllegalArgumentException if no starting point has a finite density and gradient, or
   *     there is no latent site, a discrete one, or one in a plate of which the data hold some rows
   *     only
   */
  @MustBeClosed
  public static <D extends @Nullable Object> LogDensity<D> of(
      Program<D> program, D data, ParamStore params, RunConfig config, Initializer initializer) {
    return of(program, data, RunStore.of(params, config), config, initializer, false);
  }

  /**
   * The same also of the discrete latent sites that are not summed out. Vectors hold their values
   * after the unconstrained numbers of the others.
   *
   * @throws IllegalArgumentException as {@link #of}, but for discrete sites
   */
  @MustBeClosed
  public static <D extends @Nullable Object> LogDensity<D> withDiscrete(
      Program<D> program, D data, ParamStore params, RunConfig config, Initializer initializer) {
    return of(program, data, RunStore.of(params, config), config, initializer, true);
  }

  @MustBeClosed
  private static <D extends @Nullable Object> LogDensity<D> of(
      Program<D> program,
      D data,
      RunStore store,
      RunConfig config,
      Initializer initializer,
      boolean takesDiscrete) {
    BoundData<D> bound = BoundData.of(data, config);
    try {
      RunConfig unchecked = config.withValidation(Validation.OFF);
      ParamStore params = store.params();
      Found found = find(program, bound, params, config, initializer, true, takesDiscrete);
      LogDensity<D> made = new LogDensity<>(program, store, unchecked, bound, found);
      if (found.isWhole() || made.isFiniteAtStart()) {
        return made;
      }
      Found whole = find(program, bound, params, config, initializer, false, takesDiscrete);
      return new LogDensity<>(program, store, unchecked, bound, whole);
    } catch (RuntimeException e) {
      bound.close();
      throw e;
    }
  }

  /**
   * By the engine.
   *
   * @param isCut whether the first steps of long scans are enough
   */
  private static <D extends @Nullable Object> Found find(
      Program<D> program,
      BoundData<D> data,
      ParamStore params,
      RunConfig config,
      Initializer initializer,
      boolean isCut,
      boolean takesDiscrete) {
    try (Run run = Run.open(config, 0)) {
      if (isCut) {
        run.cutLongScans();
      }
      Start start = Start.of(run, params, program, data.in(run), initializer);
      LatentSpace space =
          takesDiscrete
              ? LatentSpace.withDiscreteOf(start.trace(), OWNER)
              : LatentSpace.of(start.trace(), OWNER, ImmutableMap.of(), ImmutableSet.of());
      boolean isOfLatents =
          start.trace().sites().stream()
              .allMatch(site -> Draws.isOfPosterior(site) == site.isLatent());
      return new Found(
          space,
          start.trace().plateNesting(),
          isOfLatents,
          start.trace().sites().stream()
              .filter(SampleSite::isEnumerated)
              .map(SampleSite::name)
              .collect(ImmutableSet.toImmutableSet()),
          vector(run, space, start.trace()),
          !run.hasCutScans());
    }
  }

  private static ImmutableDoubleArray vector(Run run, LatentSpace space, Trace at) {
    List<NDArray> values = space.names().stream().map(name -> run.bind(at.value(name))).toList();
    return ImmutableDoubleArray.copyOf(
        run.withoutGradients(() -> Tensors.values(space.in(at).unconstrain(values))));
  }

  /** Whether all of what the first steps of scans have shown is right. */
  private boolean isFiniteAtStart() {
    double[] gradient = new double[size()];
    double value = evaluateOrNaN(start(), gradient);
    return Double.isFinite(value) && Arrays.stream(gradient).allMatch(x -> Double.isFinite(x * x));
  }

  /** The latent sites. */
  public LatentSpace space() {
    return space;
  }

  /** D, how many numbers a gradient has. */
  public int size() {
    return space.size() - space.discreteSize();
  }

  /** How many numbers a vector has: D, and those of discrete sites. */
  public int length() {
    return space.size();
  }

  /**
   * The values of the latent sites at N vectors (N, D), row by row, with what their bijections add.
   */
  public ImmutableMap<String, Mapped> constrain(Run run, double[] vectors) {
    NDArray u = run.create(vectors, new Shape(count(vectors), length()));
    NDArray z = RunDensity.under(u, nesting);
    return in(run).space(z).constrain(z);
  }

  /** The vector of the initializer's values, at which density and gradient are finite. */
  public double[] start() {
    return start.toArray();
  }

  /**
   * The vector of another initializer's values.
   *
   * @throws IllegalArgumentException if no attempt has a finite density and gradient
   */
  public double[] start(Initializer initializer) {
    checkOpen();
    if (!function.isRecorded() || length() > size()) {
      return find(program, data, params, config, initializer, false, length() > size())
          .start()
          .toArray();
    }
    try (Run run = Run.open(config, 0)) {
      run.cutLongScans();
      Start start = Start.of(run, params, program, data.in(run), initializer, this::evaluateOrNaN);
      return vector(run, space, start.trace()).toArray();
    }
  }

  // --- the density

  /**
   * The log density of vectors of a run, with gradients.
   *
   * @param u (D), or N of them (N, D); longer where there are discrete sites
   * @return (), or (N)
   */
  public NDArray value(Run run, NDArray u) {
    checkOpen();
    Shape shape = u.getShape();
    int rank = shape.dimension();
    checkArgument(
        (rank == 1 || rank == 2) && shape.get(rank - 1) == length(),
        "vector of a log density has shape %s, but the program's latent sites have %s unconstrained"
            + " numbers; pass shape (%s) or (N, %s)",
        shape,
        length(),
        length(),
        length());
    return in(run).at(RunDensity.under(u, nesting)).logDensity();
  }

  private static NDArray joined(NDArray u, NDArray given) {
    return given.isEmpty() ? u : Tensors.concat(List.of(u, given), -1);
  }

  private RunDensity<D> in(Run run) {
    return new RunDensity<>(run, params, program, data.in(run), space);
  }

  /**
   * The log density at one vector.
   *
   * @throws IllegalArgumentException if it has not D numbers
   */
  public double value(double[] u) {
    return evaluate(u, room(u));
  }

  /** Room for the gradient at a vector: of its length, but for the numbers of discrete sites. */
  public double[] room(double[] u) {
    return new double[Math.max(0, u.length - space.discreteSize())];
  }

  /**
   * The log density at one vector, and its gradient.
   *
   * @param gradient to be filled, of D numbers
   * @throws IllegalArgumentException if an array is of another size
   */
  public double evaluate(double[] u, double[] gradient) {
    checkOpen();
    int size = size();
    int length = length();
    if (u.length != length || gradient.length != size) {
      throw new IllegalArgumentException(
          "vector of a log density has %s numbers and room for a gradient of %s, but the program's"
                  .formatted(u.length, gradient.length)
              + " latent sites have %s unconstrained numbers; pass arrays of %s"
                  .formatted(size, size)
              + (length == size
                  ? ""
                  : ", and after those of the vector the %s of discrete sites"
                      .formatted(length - size)));
    }
    return length == size
        ? function.evaluate(u, gradient)
        : function.evaluate(Arrays.copyOf(u, size), Arrays.copyOfRange(u, size, length), gradient);
  }

  /**
   * The same, but NaN where an operation of the engine fails, as the Cholesky factor of a matrix
   * that is not positive definite: a place to keep away from.
   *
   * @throws IllegalArgumentException if an array is of another size
   */
  public double evaluateOrNaN(double[] u, double[] gradient) {
    try {
      return evaluate(u, gradient);
    } catch (EngineException e) {
      return Double.NaN;
    } catch (IllegalStateException e) {
      if (e.getCause() instanceof EngineException) {
        return Double.NaN;
      }
      throw e;
    }
  }

  /**
   * The log density and its gradient at N vectors.
   *
   * @param vectors (N, D), row by row
   * @throws IllegalArgumentException if it is not whole vectors, at least one
   */
  public Evaluation evaluate(double[] vectors) {
    checkOpen();
    int count = count(vectors);
    int size = size();
    int length = length();
    double[] values = new double[count];
    double[] gradients = new double[count * size];
    double[] gradient = new double[size];
    for (int i = 0; i < count; i++) {
      if (function.whyNot().isPresent() && count > 1 && whyNotTogether().isEmpty()) {
        return together(vectors, count);
      }
      values[i] = evaluate(Arrays.copyOfRange(vectors, i * length, (i + 1) * length), gradient);
      System.arraycopy(gradient, 0, gradients, i * size, size);
    }
    return new Evaluation(values, gradients);
  }

  private Evaluation together(double[] vectors, int count) {
    try (Run run = Run.open(config, 0)) {
      return run.withGradients(
          () -> {
            NDArray all = run.create(vectors, new Shape(count, length()));
            NDArray u = Autograd.variable(Tensors.range(all, -1, 0, size()));
            NDArray given = Tensors.range(all, -1, size(), length());
            NDArray values = value(run, joined(u, given));
            NDArray gradients = Autograd.gradOfSum(values, u);
            return new Evaluation(Tensors.values(values), Tensors.values(gradients));
          });
    }
  }

  /** How the program is executed at many vectors: found out at some around the start. */
  private synchronized Draws many() {
    Draws known = many;
    if (known == null) {
      known = Draws.of(config, toString(), AROUND, executed(around()), Draws::isOfPosterior);
      many = known;
    }
    return known;
  }

  private double[] around() {
    int length = length();
    double[] vectors = new double[AROUND * length];
    for (int i = 0; i < vectors.length; i++) {
      double away = i % length < size() ? SPACING * Math.floorDiv(i, length) : 0;
      vectors[i] = start.get(i % length) + away * Math.sin(1.0 + i);
    }
    return vectors;
  }

  private Draws.Executed executed(double[] vectors) {
    return batch -> List.of(in(batch.run()).program(under(batch, vectors), batch.given()));
  }

  private NDArray under(Draws.Batch batch, double[] vectors) {
    return RunDensity.under(batch.vectors(vectors, length()), nesting);
  }

  /**
   * What the program reads, other than its data, of which nobody can say whether it changes: see
   * {@link VectorFunction#unjudged}.
   */
  public ImmutableSet<String> unjudged() {
    return function.unjudged();
  }

  /** Whether it is computed from a record of the program. */
  public boolean isRecorded() {
    return function.isRecorded();
  }

  /** Why the program runs by the engine at each vector; empty if it is recorded. */
  public Optional<String> whyNotRecorded() {
    return function.whyNot();
  }

  /**
   * Why the program cannot be executed at many vectors at once, and what to do; empty if it can.
   */
  public Optional<String> whyNotTogether() {
    checkOpen();
    return many().whyNotTogether();
  }

  /** Why {@link #samples} has draw by draw; empty if it has them at once, or executes nothing. */
  public Optional<String> whyDrawByDraw() {
    return isOfLatents ? Optional.empty() : whyNotTogether();
  }

  /**
   * The latent and deterministic sites of the program at N vectors, as draws. The program is
   * executed for the deterministic ones, if it has any, as {@link Draws} does.
   *
   * @param vectors (N, D), row by row
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples samples(double[] vectors) {
    checkOpen();
    int count = count(vectors);
    Draws draws =
        isOfLatents
            ? Draws.of(
                config,
                toString(),
                count,
                batch -> List.of(in(batch.run()).placed(under(batch, vectors))),
                Draws::isOfPosterior)
            : many().of(executed(vectors));
    return draws.collect(count).exactIn(summedOut);
  }

  /**
   * The same with the sites of a handler around the program.
   *
   * @param vectors (N, D), row by row
   */
  @MustBeClosed
  @SuppressWarnings("MustBeClosedChecker") // by the caller
  public Samples samples(double[] vectors, Handler around) {
    checkOpen();
    Program<D> seen = program.with(around);
    int count = count(vectors);
    return Draws.of(
            config,
            toString(),
            count,
            batch ->
                List.of(
                    new RunDensity<>(batch.run(), params, seen, data.in(batch.run()), space)
                        .program(under(batch, vectors), batch.given())),
            Draws::isOfPosterior)
        .collect(count)
        .exactIn(summedOut);
  }

  /**
   * The vectors (N, D), row by row, at which the latent sites have the values of draws. The program
   * is executed at each where supports {@linkplain LatentSpace#moves move}.
   *
   * @throws IllegalArgumentException if draws have not all latent sites
   */
  public double[] vectors(Samples draws) {
    int count = Math.toIntExact(draws.draws());
    double[] vectors = new double[count * length()];
    if (space.moves()) {
      List<double[]> values = space.names().stream().map(draws::values).toList();
      for (int i = 0; i < count; i++) {
        System.arraycopy(vector(values, i), 0, vectors, i * length(), length());
      }
      return vectors;
    }
    int from = 0;
    try (Run run = Run.open(config, 0)) {
      for (LatentSite site : space.sites()) {
        Shape shape = Shapes.concat(new Shape(count), site.shape());
        NDArray values = run.create(draws.values(site.name()), shape);
        double[] all = run.withoutGradients(() -> Tensors.values(site.unconstrain(values).value()));
        int size = Math.toIntExact(site.size());
        for (int i = 0; i < count; i++) {
          System.arraycopy(all, i * size, vectors, i * length() + from, size);
        }
        from += size;
      }
    }
    return vectors;
  }

  /** That of one draw, by the supports that sites have there. */
  private double[] vector(List<double[]> draws, int draw) {
    try (Run run = Run.open(config, 0)) {
      Map<String, NDArray> values = new LinkedHashMap<>();
      for (LatentSite site : space.sites()) {
        int size = Math.toIntExact(site.shape().size());
        double[] all = draws.get(values.size());
        double[] own = Arrays.copyOfRange(all, draw * size, (draw + 1) * size);
        NDArray value = run.create(own, site.shape());
        values.put(site.name(), site.isInt64() ? Tensors.cast(value, DataType.INT64) : value);
      }
      return run.withoutGradients(
          () -> Tensors.values(in(run).space(values).unconstrain(List.copyOf(values.values()))));
    }
  }

  private int count(double[] vectors) {
    checkArgument(
        vectors.length > 0 && vectors.length % length() == 0,
        "vectors have %s numbers in all, but each has %s; pass whole vectors, at least one",
        vectors.length,
        length());
    return vectors.length / length();
  }

  private void checkOpen() {
    checkState(open, "log density is used after it was closed; close it after its last use");
  }

  /** Frees the copy of the data. */
  @Override
  public void close() {
    open = false;
    data.close();
    store.close();
  }

  @Override
  public String toString() {
    return "log density of " + program.name();
  }
}
