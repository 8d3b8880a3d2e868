package org.ppl4j;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Block;
import com.google.common.collect.HashMultiset;
import com.google.common.collect.Multiset;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Delta;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.nn.BoundNetwork;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.GivenNumbers;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.IndexOutOfRange;
import org.ppl4j.transforms.ConditionalTransform;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * One execution, as its program sees it: the statements of the language.
 *
 * <p>Statements that name something: {@link #sample}, {@link #observe}, {@link #param}, {@link
 * #factor}, {@link #deterministic}, {@link #auxiliary}, {@link #module}, {@link #net}. Repetition:
 * {@link #plate}, {@link #loop} and {@link #scan}. Products and indexing that keep batch dims:
 * {@link #pick}, {@link #matVec}. Numbers and data: {@link #scalar}, {@link #constant}.
 *
 * <p>Belongs to one execution, hence to one run and one thread.
 */
public final class Ppl {

  final Run run;
  final Nesting nesting = new Nesting();
  private final ParamStore params;
  private final Rng.Purpose purpose;
  private final Map<String, Plate> plates = new HashMap<>();
  private final FetchedParams fetched;
  final Settling settling;
  private final Map<String, NDArray> updates = new LinkedHashMap<>();
  private final Multiset<Call> calls = HashMultiset.create();

  /** A net of a name, in the steps of scans. */
  private record Call(String name, List<Integer> steps) {}

  Ppl(Run run, ParamStore params, Rng.Purpose purpose) {
    this.run = run;
    this.params = params;
    this.purpose = purpose;
    this.settling = new Settling(run, params, purpose);
    this.fetched = new FetchedParams(run, params, settling);
  }

  // --- statements

  /**
   * Draws a value, unless a handler gives one.
   *
   * @param name unique in the execution
   * @return the value {@code (*, batch, event)}, expanded to the open plates
   * @throws IllegalArgumentException if the batch shape does not fit the open plates
   * @throws IllegalStateException if the name was used before
   */
  @CanIgnoreReturnValue
  public NDArray sample(String name, Distribution distribution) {
    return perform(latent(name, distribution));
  }

  /**
   * As {@link #sample(String, Distribution)}, for a guide that draws through a bijection: {@code
   * support} is where all draws lie for certain, so that a model with this support need not look.
   * It does not bring them there.
   *
   * @throws IllegalArgumentException in a model if it is not that of the distribution, which the
   *     site of a model has; a {@link Delta} is where its point is
   */
  @CanIgnoreReturnValue
  public NDArray sample(String name, Distribution distribution, Constraint support) {
    boolean isThere = distribution instanceof Delta || distribution.support().equals(support);
    checkArgument(
        isThere || purpose != Rng.Purpose.MODEL,
        "sample site '%s' of a model states the support '%s', but has that of its distribution, %s;"
            + " draw through a bijection, TransformedDistribution.of(base,"
            + " Bijections.to(constraint)), or take a distribution with this support",
        name,
        support,
        distribution);
    SampleSite site = latent(name, distribution);
    site.know(support);
    return perform(site);
  }

  /** As {@link #sample}, of a value that a guide needs and its model does not have. */
  @CanIgnoreReturnValue
  public NDArray auxiliary(String name, Distribution distribution) {
    SampleSite site = latent(name, distribution);
    site.makeAuxiliary();
    return perform(site);
  }

  /**
   * States that {@code value} was drawn from the distribution.
   *
   * <p>Data have a dim for each open plate of several rows, since those that lack it would be
   * counted once for each row. Data that are the same in all rows say so by a dim of size 1 there.
   * One number of Java may stand beside a distribution that has the plates' dims itself, by its
   * parameters or by {@code expand}: it is observed in each row.
   *
   * @param value data or tensor {@code (batch, event)}; batch dims of size 1 broadcast. Null where
   *     data are to be predicted and not known: a handler must then forget or replace it
   * @return the value as a tensor of this run
   * @throws IllegalArgumentException if a shape does not fit, there is no value, or, at the site's
   *     first run, if it is outside the support
   */
  @CanIgnoreReturnValue
  public NDArray observe(String name, Distribution distribution, @Nullable NDArray value) {
    @Nullable NDArray bound = value == null ? null : run.bind(value);
    return perform(
        new SampleSite(named(name), SampleSite.Kind.OBSERVED, distribution.on(run), bound));
  }

  /**
   * States that a part of {@code value} was drawn from the distribution. What is missing is a
   * latent site {@code name.missing} of the full shape, with the same distribution; guides draw it
   * as any other. Where nothing is missing it stands for nothing, see {@link
   * org.ppl4j.distributions.Imputed}.
   *
   * @param value as above; anything where the mask is false, NaN too
   * @param mask booleans, data or tensor, with the dims of the batch or of size 1 there: true where
   *     the value was observed. An event is observed as a whole; for values missing within one,
   *     keep its dims in the batch
   * @return {@code (*, batch, event)}: the value where it was observed, {@code name.missing}
   *     elsewhere
   * @throws IllegalArgumentException as above, or if the mask does not hold booleans
   */
  @CanIgnoreReturnValue
  public NDArray observe(String name, Distribution distribution, NDArray value, NDArray mask) {
    return MissingData.observe(this, name, distribution, value, mask);
  }

  /** As {@link #observe(String, Distribution, NDArray)}, of plain numbers. */
  @CanIgnoreReturnValue
  public NDArray observe(String name, Distribution distribution, double[] values) {
    return observe(name, distribution, constant(values));
  }

  /** As {@link #observe(String, Distribution, NDArray)}, of one number. */
  @CanIgnoreReturnValue
  public NDArray observe(String name, Distribution distribution, double value) {
    return observe(name, distribution, run.scalar(value));
  }

  /**
   * Adds a log weight to the log joint.
   *
   * @param logWeight {@code (batch)} with a dim for each open plate of several rows, of size 1 if
   *     each row has the same, and scaled by the plates; one that was summed over rows belongs
   *     outside of their plate. A number of Java is that of each row
   * @throws IllegalArgumentException if it lacks a plate's dim, or a shape does not fit
   */
  public void factor(String name, NDArray logWeight) {
    perform(SampleSite.factor(named(name), run.bind(logWeight)));
  }

  /** Records a value that follows from others, under a name, and returns it. */
  @CanIgnoreReturnValue
  public NDArray deterministic(String name, NDArray value) {
    return perform(
        new SampleSite(named(name), SampleSite.Kind.DETERMINISTIC, null, run.bind(value)));
  }

  /** The unconstrained parameter of this name, created from {@code initial} on first use. */
  public NDArray param(String name, Supplier<NDArray> initial) {
    return param(name, initial, Constraint.REAL);
  }

  /**
   * The parameter of this name, created on first use.
   *
   * @param initial its first value, in the constraint; called in the run that creates it, and once
   *     more where another program or statement asks for the parameter, to compare the shapes
   * @param constraint where its values live; it is learned in unconstrained space
   * @return the (constrained) value
   * @throws IllegalArgumentException if the first value is outside the constraint, or the parameter
   *     exists with another constraint or shape
   */
  public NDArray param(String name, Supplier<NDArray> initial, Constraint constraint) {
    Supplier<Shape> shape = () -> run.withoutGradients(() -> run.bind(initial.get())).getShape();
    ParamSite site = new ParamSite(named(name), key -> initial.get(), shape, constraint);
    site.comparesShape();
    return perform(site);
  }

  /**
   * The parameter of this name, which exists already.
   *
   * @throws IllegalStateException if it does not
   */
  public NDArray param(String name) {
    return perform(new ParamSite(named(name)));
  }

  /**
   * The transform that a module makes of its tensors in the parameter store, which are created on
   * first use from the store's seed and their names only.
   */
  public Transform module(String name, TransformModule module) {
    return Modules.bind(this, name, module);
  }

  /** As {@link #module(String, TransformModule)}, of a conditional transform. */
  public ConditionalTransform module(String name, ConditionalTransformModule module) {
    return Modules.bind(this, name, module);
  }

  /**
   * A network with its tensors in the parameter store, as {@link #module(String, TransformModule)}.
   */
  public BoundNetwork module(String name, Network network) {
    return Modules.bind(this, name, network);
  }

  /**
   * The output of a DJL block, which gives the structure only: its parameters are in the parameter
   * store, named {@code name.path.in.block}, and begin as its initialisers say, by noise of the
   * store's seed. Any block will do of whose operations a run has each, and it has those of all
   * blocks of DJL: layers, convolutions, pools, embeddings, recurrent layers, attention, norms.
   *
   * <p>Where a model or a guide learns, {@code Dropout} leaves numbers out by noise of the step and
   * of {@code name}, and {@code BatchNorm} has the statistics of the batch; the running ones are
   * buffers of the store, which each step moves. Elsewhere, as in chains and predictions, nothing
   * is left out, and the statistics are the running ones.
   *
   * @param x the input
   * @throws UnsupportedOperationException if the block asks for an operation that runs do not have,
   *     which the message names
   */
  public NDArray net(String name, Block block, NDArray x) {
    return net(name, block, new NDList(x)).singletonOrThrow();
  }

  /**
   * The same of rows: what stands left of so many dims, plates as well as particles, is one dim for
   * the block, as most of DJL's blocks of images and sequences want it.
   *
   * @param x the input, {@code (*, e)}
   * @param eventDims how many dims {@code e} has
   * @return {@code (*, o)}, where the block puts out {@code (N, o)} for {@code (N, e)}
   */
  public NDArray net(String name, Block block, NDArray x, int eventDims) {
    return Tensors.byRows(run().bind(x), eventDims, rows -> net(name, block, rows));
  }

  /** As {@link #net(String, Block, NDArray)}, with several inputs and outputs. */
  public NDList net(String name, Block block, NDList inputs) {
    return Nets.forward(this, name, block, inputs);
  }

  // --- repetition

  /** Opens a plate of {@code size} independent rows. */
  @MustBeClosed
  public Plate plate(String name, long size) {
    return plate(PlateSpec.of(name, size));
  }

  /** Opens a plate of {@code size} independent rows of which each execution sees {@code batch}. */
  @MustBeClosed
  public Plate plate(String name, long size, long batch) {
    return plate(PlateSpec.of(name, size).batch(batch));
  }

  /**
   * Opens a plate.
   *
   * @throws IllegalStateException if a plate of this name is open, or was open before with another
   *     size, batch or dim, or if the dim is taken
   */
  @MustBeClosed
  public Plate plate(PlateSpec asked) {
    PlateSpec spec = asked.named(named(asked.name()));
    Nesting.Stack stack = nesting.stack();
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      spec = at.frame.opening(spec);
    }
    Plate plate = met(spec, stack);
    nesting.push(plate);
    return plate;
  }

  /** A plate that is about to open; the frames hear of the first one of a name. */
  private Plate met(PlateSpec spec, Nesting.@Nullable Stack stack) {
    Plate first = plates.get(spec.name());
    Plate plate = Plate.of(this, spec, Plates.dim(spec, first, stack), first);
    if (first == null) {
      if (spec.rows == PlateSpec.Rows.INDEXED && settling.validates("plate", spec.name())) {
        Plates.checkRows(plate);
      }
      plates.put(spec.name(), plate);
      for (Nesting.Stack at = stack; at != null; at = at.outer) {
        at.frame.opened(plate);
      }
    }
    return plate;
  }

  /** The steps of a scan, as plates are: rows at a dim of their own. */
  Plate steps(String name, int times, int dim) {
    Nesting.Stack stack = nesting.stack();
    String full = name;
    for (Nesting.Stack at = stack; at != null; at = at.outer) {
      full = at.frame.opening(PlateSpec.of(full, times)).name();
    }
    return met(PlateSpec.ofSteps(full, times, dim), stack);
  }

  /**
   * Does steps one after the other, each of what the one before has left. Unlike a loop it is
   * recorded as one operation with a body, in a time that does not depend on how many steps there
   * are.
   *
   * <p>The sites of the steps are one site, whose value has a dim for them, left of those of the
   * plates around the scan and within the steps: {@code x[3]} is that of the fourth step. Handlers,
   * guides and results see that one. Each step has noise of its own, which depends on its number
   * alone, so that a longer scan begins with the same numbers.
   *
   * <pre>{@code
   * NDArray last =
   *     p.scan("t", 100, p.scalar(0), (q, t, x) -> {
   *       NDArray next = q.sample("x", Normal.of(x.mul(phi), sigma));
   *       q.observe("y", Normal.of(next, 1), t.take(data.y()));
   *       return next;
   *     });
   * }</pre>
   *
   * @param name of the steps, as that of a plate
   * @param times how many, at least 1
   * @param start what the first step is given: a tensor, or a record, list or map of tensors, of
   *     the shapes that the steps leave: with a dim for each plate around, as {@code zeros(new
   *     Shape(rows.batch()))}
   * @param body a function of the carry, which meets the same sites at each step
   * @return what the last step has left
   * @throws IllegalArgumentException if the carry changes its structure or shapes, or a site its
   *     family or shapes
   * @throws IllegalStateException if a site is not met at each step, or a plate opens with another
   *     size
   */
  @CanIgnoreReturnValue
  public <C extends @Nullable Object> C scan(String name, int times, C start, ScanBody<C> body) {
    return new Scan<C>(this, named(name), times).run(start, body);
  }

  /**
   * Counts 0, 1, …, {@code size} − 1; every name inside gets the suffix {@code [i]}. For steps that
   * depend on each other, or on different shapes; rows that are alike belong in a {@link #plate}.
   *
   * <p>The loop must run to its end: an execution that leaves it by {@code break} throws when the
   * surrounding plate or program ends.
   */
  public Iterable<Integer> loop(String name, int size) {
    checkArgument(size >= 0, "loop '%s' has size %s, but needs at least 0", name, size);
    return () -> new Loop(nesting, name, size);
  }

  /** What the execution is for: model, guide, chain, prediction. */
  public Rng.Purpose purpose() {
    return purpose;
  }

  /**
   * A stream of noise for first values: it depends on the seed and the name alone, not on the step.
   */
  public Rng initialNoise(String name) {
    return params.initialNoise(run, named(name));
  }

  /** The parameter store of this execution. */
  public ParamStore params() {
    return params;
  }

  // --- the loop

  @CanIgnoreReturnValue
  NDArray perform(SampleSite site) {
    travel(site);
    return named(site.result(), site);
  }

  NDArray perform(ParamSite site) {
    travel(site);
    return named(site.value(), site);
  }

  /** A tensor that has no name yet has that of its site, which errors about its shape say. */
  private static NDArray named(NDArray value, Site site) {
    if (Tensors.hasRun(value) && value.getName() == null) {
      value.setName(site.name());
    }
    return value;
  }

  /** Outwards through the frames, settled, and back; sites that a frame makes start outside it. */
  private void travel(Site site) {
    homewards(site, outwards(site, nesting.stack(), at -> at.outer));
  }

  /**
   * Outwards from some frames on: those that were passed, the innermost first.
   *
   * @param around where the sites that a frame makes start
   */
  List<Nesting.Stack> outwards(
      Site site,
      Nesting.@Nullable Stack from,
      Function<Nesting.Stack, Nesting.@Nullable Stack> around) {
    Nesting.Stack before = nesting.stack();
    List<Nesting.Stack> passed = new ArrayList<>();
    try {
      for (Nesting.Stack at = from; at != null && !site.isHidden(); at = at.outer) {
        nesting.stack(around.apply(at));
        passed.add(at);
        site.enter(at.frame);
      }
    } finally {
      nesting.stack(before);
    }
    return passed;
  }

  /** Settled, and back through these frames. */
  void homewards(Site site, List<Nesting.Stack> passed) {
    Nesting.Stack before = nesting.stack();
    try {
      nesting.stack(passed.isEmpty() ? before : passed.get(passed.size() - 1).outer);
      site.settle(this);
      for (int i = passed.size() - 1; i >= 0; i--) {
        nesting.stack(passed.get(i).outer);
        site.leave(passed.get(i).frame);
      }
    } finally {
      nesting.stack(before);
    }
  }

  /** Does something as if the running code stood inside these frames only. */
  void around(Nesting.Stack frames, Runnable body) {
    Nesting.Stack before = nesting.stack();
    try {
      nesting.stack(frames);
      body.run();
    } finally {
      nesting.stack(before);
    }
  }

  void settle(SampleSite site) {
    settling.settle(site);
  }

  void settle(ParamSite site) {
    fetched.settle(site);
  }

  // --- inside

  /** What buffers of modules are to be after this step. */
  Map<String, NDArray> updates() {
    return updates;
  }

  /** How often a net of this name was called before in the same steps. */
  int calls(String name) {
    return calls.add(new Call(stored(name), nesting.steps()), 1);
  }

  /** Runs a body under handlers, the last of which is the outermost. */
  void inside(List<Handler> handlers, Runnable body) {
    nesting.inside(this, handlers, body);
  }

  /** A parameter of a module; its first value depends on the store's seed and the name only. */
  NDArray moduleParam(String module, TensorSpec spec) {
    return perform(
        new ParamSite(
            named(module + "." + spec.name()),
            key -> spec.initial().create(params.initialNoise(run, key), run),
            spec::shape,
            spec.constraint()));
  }

  void close(Plate plate) {
    nesting.close(plate);
  }

  private SampleSite latent(String name, Distribution distribution) {
    return new SampleSite(named(name), SampleSite.Kind.LATENT, distribution.on(run), null);
  }

  String named(String name) {
    checkArgument(
        !name.isEmpty(), "a statement has no name; give it one, by which its site is found");
    return nesting.named(name);
  }

  String stored(String name) {
    return nesting.stored(name);
  }

  // --- tensors: numbers, data, products and indexing that keep batch dims

  /**
   * {@code values[..., index]}: for each index its entry of the rightmost dim of {@code values}.
   * What particles and draws have is what each would have alone.
   *
   * @param values {@code (..., K)}
   * @param index whole numbers {@code (*i)} from 0 to K − 1, tensor or data; a plain number, of
   *     shape (), takes the dim away
   * @return {@code (..., *i)}, the other dims broadcast
   * @throws IllegalArgumentException if an index is out of range, or no whole number
   */
  public NDArray pick(NDArray values, NDArray index) {
    return pick(values, index, 0);
  }

  /**
   * {@code values[..., index, :]}: for each index its row, matrix or larger part of {@code values},
   * as that of a table of transitions: {@code p.pick(table, state, 1)} is the row of the state.
   *
   * @param values {@code (..., K, e)}
   * @param index whole numbers {@code (*i)}, as above
   * @param eventDims how many dims {@code e} has
   * @return {@code (..., *i, e)}, the other dims broadcast
   * @throws IllegalArgumentException as above, or if {@code eventDims} is negative
   */
  public NDArray pick(NDArray values, NDArray index, int eventDims) {
    checkArgument(
        eventDims >= 0,
        "pick of values with %s event dims; pass how many dims stand right of the one to pick from",
        eventDims);
    Nesting.Stack stack = nesting.stack();
    try {
      return Vectorised.in(stack).pick(run.bind(values), run.bind(index), eventDims);
    } catch (IndexOutOfRange e) {
      throw Nesting.plate(stack)
          .map(plate -> e.in("pick in plate '" + plate.name() + "'"))
          .orElse(e);
    }
  }

  /**
   * The product of a matrix of data and a vector-valued variable, batch dims kept: each particle's
   * and draw's own.
   *
   * @param x {@code (*, N, D)}, tensor or data
   * @param w {@code (..., D)}
   * @return {@code (..., N)}
   */
  public NDArray matVec(NDArray x, NDArray w) {
    return Vectorised.in(nesting.stack()).matVec(run.bind(x), run.bind(w));
  }

  /** A number of shape () as a tensor of this run. */
  public NDArray scalar(double value) {
    return run.scalar(value);
  }

  /**
   * A number of Java that may be another at each step, such as an annealing factor, of shape (). It
   * is read once a step, and again where a recorded step is held against the engine.
   *
   * <pre>{@code
   * p.factor("prior", logPrior.mul(p.value("beta", schedule::beta)));
   * }</pre>
   *
   * @param name tells it from others of the program
   */
  public NDArray value(String name, DoubleSupplier number) {
    return GivenNumbers.number(run, name, number);
  }

  /** A plain array that was captured and not handed over as data, as a tensor of this run. */
  public NDArray constant(NDArray value) {
    return run.bind(value);
  }

  /**
   * Numbers of shape (n) as a tensor of this run, the same whenever the run is asked for this
   * array. If it is part of the data, it was converted when they were bound.
   */
  public NDArray constant(double[] values) {
    return PlainArrays.in(run, values);
  }

  /**
   * Rows of numbers, of shape (n, m), as {@link #constant(double[])}.
   *
   * @throws IllegalArgumentException if there is no row, or rows differ in length
   */
  public NDArray constant(double[][] rows) {
    return PlainArrays.in(run, rows);
  }

  /** Whole numbers of shape (n), int64, as {@link #constant(double[])}. */
  public NDArray constant(long[] values) {
    return PlainArrays.in(run, values);
  }

  /** Whole numbers of shape (n), int64, as {@link #constant(double[])}. */
  public NDArray constant(int[] values) {
    return PlainArrays.in(run, values);
  }

  /** Truth values of shape (n), such as a mask, as {@link #constant(double[])}. */
  public NDArray constant(boolean[] values) {
    return PlainArrays.in(run, values);
  }

  /** Rows of whole numbers, int64, as {@link #constant(double[][])}. */
  public NDArray constant(long[][] rows) {
    return PlainArrays.in(run, rows);
  }

  /** Rows of whole numbers, int64, as {@link #constant(double[][])}. */
  public NDArray constant(int[][] rows) {
    return PlainArrays.in(run, rows);
  }

  /** Rows of truth values as {@link #constant(double[][])}. */
  public NDArray constant(boolean[][] rows) {
    return PlainArrays.in(run, rows);
  }

  /** The run: more ways to make tensors. */
  public Run run() {
    return run;
  }
}
