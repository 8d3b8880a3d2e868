package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Iterables;
import com.google.common.collect.LinkedListMultimap;
import com.google.common.collect.ListMultimap;
import com.google.common.collect.Maps;
import com.google.common.collect.ObjectArrays;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.TraceChoices;
import org.ppl4j.handlers.Particles;
import org.ppl4j.handlers.Substitute;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.Validation;
import org.ppl4j.tensor.internal.table.Shapes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A program that is executed for many draws: for all at once, along a dim left of its plates, or
 * for one after the other if its shapes hold no more than one.
 *
 * <p>Which of the two is found out by {@link ManyDraws} when it is made. What a program means is
 * what it does for one draw; that it is executed one by one costs time alone, and the log says so.
 */
public final class Draws {

  /** So many numbers the operations of one run may hold: beyond, they leave a processor's cache. */
  private static final long MAX_NUMBERS = 2_000_000;

  /** But an operation takes as long for fewer numbers than these as for so many. */
  private static final long WORTHWHILE = 4000;

  /** What is worthwhile of many operations, as of a long loop, may take so many numbers. */
  private static final long MOST_NUMBERS = 32_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Draws.class);

  private final RunConfig config;
  private final String name;
  private final Executed program;
  private final Look look;
  private final boolean isEnded; // by an interrupt

  /** Executes programs for some draws. */
  @FunctionalInterface
  public interface Executed {

    /** What the programs did, in their order; the last is what draws are collected of. */
    List<Trace> record(Batch batch);
  }

  /** What is done with some draws. */
  @FunctionalInterface
  public interface Looking {

    /** Reads what the programs did. */
    void at(Batch batch, List<Trace> traces);
  }

  /**
   * Draws that one execution is of: those from {@code from} to {@code from + count} along a dim
   * left of all plates, or draw {@code from} alone and without such a dim if {@code count} is 0.
   *
   * @param nesting how many dims plates own
   * @param under a handler that is inside of others; null for none
   */
  public record Batch(Run run, int from, int count, int nesting, @Nullable Handler under) {

    /** The same draws under a handler. */
    Batch under(Handler handler) {
      return new Batch(run, from, count, nesting, handler);
    }

    /** One of them alone. */
    Batch one(int draw) {
      return new Batch(run, from + draw, 0, 0, under);
    }

    /**
     * Whether they are given what programs would draw. A guide that is made from a model need not
     * be executed then: it holds many draws.
     */
    public boolean isGiven() {
      return under != null;
    }

    /** What gives them values, if anything does. */
    public Handler[] given() {
      return under == null ? new Handler[0] : new Handler[] {under};
    }

    /** How many draws they are. */
    public int draws() {
      return Math.max(1, count);
    }

    /** Handlers around a program that is executed for them. */
    public Handler[] around(Handler... inner) {
      Handler[] all = under == null ? inner : ObjectArrays.concat(under, inner);
      return Draws.around(count, nesting, all);
    }

    /** The rows of vectors (N, D), row by row, that they are: (D) of one alone, else (count, D). */
    public NDArray vectors(double[] all, int size) {
      double[] some = Arrays.copyOfRange(all, from * size, (from + draws()) * size);
      return run.create(some, count == 0 ? new Shape(size) : new Shape(count, size));
    }

    /** A value of theirs, as {@code (draws, shape)}, of the shape that it has for one. */
    public NDArray rows(NDArray value, Shape shape) {
      return Draws.rows(run, value, draws(), shape);
    }

    /** The log joint of each, {@code (draws)}. */
    public NDArray logJoints(Trace trace) {
      return count == 0
          ? Tensors.reshape(run.bind(trace.logJoint()), new Shape(1))
          : trace.logJoints(-nesting - 1);
    }
  }

  /**
   * What first executions show.
   *
   * @param nesting how many dims plates own
   * @param shapes for one draw, of the sites that are collected
   * @param numbers that the operations of one draw hold
   * @param operations of one draw
   */
  private record Look(
      int nesting,
      ImmutableMap<String, Shape> shapes,
      long numbers,
      long operations,
      Optional<String> whyNotTogether) {

    /** How many draws at once take the least time. */
    int atOnce(int draws) {
      long wanted = Math.max(MAX_NUMBERS, Math.min(MOST_NUMBERS, WORTHWHILE * operations));
      return (int) Math.max(1, Math.min(draws, wanted / Math.max(1, numbers)));
    }
  }

  private Draws(RunConfig config, String name, Executed program, Look look, boolean isEnded) {
    this.config = config;
    this.name = name;
    this.program = program;
    this.look = look;
    this.isEnded = isEnded;
  }

  /**
   * Of programs, which are executed for the first few draws.
   *
   * @param name of what they are, for the log and errors
   * @param draws how many there are
   * @param wanted the sites of the last of the programs that are collected
   */
  public static Draws of(
      RunConfig config, String name, int draws, Executed program, Predicate<SampleSite> wanted) {
    return of(config, name, draws, program, program, wanted);
  }

  /**
   * The same, as many at once as of other programs, whose draws they share: noise depends on that.
   *
   * @param others the other programs
   */
  @SuppressWarnings("MustBeClosedChecker") // closed below
  public static Draws of(
      RunConfig config,
      String name,
      int draws,
      Executed program,
      Executed others,
      Predicate<SampleSite> wanted) {
    int nesting;
    ImmutableMap.Builder<String, Shape> shapes = ImmutableMap.builder();
    Neighbours values;
    try (Run run = Run.open(config, 0)) {
      List<Trace> alone = run.withoutGradients(() -> program.record(new Batch(run, 0, 0, 0, null)));
      nesting = alone.stream().mapToInt(Trace::plateNesting).max().orElse(0);
      for (SampleSite site : requireNonNull(Iterables.getLast(alone)).sites()) {
        if (wanted.test(site)) {
          shapes.put(site.name(), site.value().getShape());
        }
      }
      values = run.withoutGradients(() -> Neighbours.of(run, alone));
    }
    try (values) {
      Optional<String> why = whyNotTogether(config, name, values, draws, nesting, program);
      Look look = look(config, others, nesting, shapes.buildOrThrow(), why);
      return new Draws(config, name, program, look, false);
    }
  }

  /**
   * Without checks of first runs, and not in the first execution, so that it is the same each time.
   */
  private static Look look(
      RunConfig config,
      Executed program,
      int nesting,
      ImmutableMap<String, Shape> shapes,
      Optional<String> whyNotTogether) {
    try (Run run = Run.open(config.withValidation(Validation.OFF), 0)) {
      List<Trace> traces =
          run.withoutGradients(() -> program.record(new Batch(run, 0, 0, 0, null)));
      boolean isOfNone = requireNonNull(Iterables.getLast(traces)).sites().isEmpty();
      long numbers = isOfNone ? 0 : run.numbers();
      return new Look(nesting, shapes, numbers, run.operations(), whyNotTogether);
    }
  }

  /**
   * Why programs cannot be executed for many draws at once, which the log is told, and what to do;
   * empty if they can.
   *
   * @param name of what they are, for the log
   * @param values of what they draw
   * @param draws how many there are
   * @param nesting how many dims plates own
   */
  public static Optional<String> whyNotTogether(
      RunConfig config, String name, Neighbours values, int draws, int nesting, Executed programs) {
    try (Run run = Run.open(config.withValidation(Validation.OFF), 0)) {
      run.cutLongScans();
      Optional<String> why =
          run.withoutGradients(() -> ManyDraws.whyNot(run, values, draws, nesting, programs));
      why.ifPresent(
          fault -> LOG.warn("{} is executed draw by draw, which takes long: {}", name, fault));
      return why;
    }
  }

  /** The same programs for other draws. */
  public Draws of(Executed others) {
    return new Draws(config, name, others, look, isEnded);
  }

  /**
   * The same, which an interrupt of the thread ends before the next execution. What work keeps that
   * was interrupted is not ended so.
   */
  public Draws endedByInterrupts() {
    return new Draws(config, name, program, look, true);
  }

  /** Whether a site is one of a posterior: latent, or worked out of latent ones. */
  public static boolean isOfPosterior(SampleSite site) {
    return ((site.isLatent() || site.isEnumerated()) && !site.isAuxiliary())
        || site.kind() == SampleSite.Kind.DETERMINISTIC;
  }

  /**
   * The sites of a posterior of an execution that has {@linkplain org.ppl4j.handlers.SumOut summed
   * out} some of them, with a joint draw of these given all others; itself if there are none.
   *
   * @param again executes the program under a handler that gives them, which is done where other
   *     sites depend on them
   */
  public static Trace drawnBack(Run run, Trace summed, Function<Handler, Trace> again) {
    TraceChoices choices = TraceChoices.of(run, summed);
    if (choices.isEmpty()) {
      return summed;
    }
    Map<String, NDArray> drawn = choices.draw(run.rng(Rng.Purpose.PREDICT, "choices"));
    return choices.at(drawn).orElseGet(() -> again.apply(new Substitute(drawn)));
  }

  /** Handlers around an execution of {@code count} draws. */
  public static Handler[] around(int count, int nesting, Handler... inner) {
    if (count == 0) {
      return inner;
    }
    Handler[] all = Arrays.copyOf(inner, inner.length + 1);
    all[inner.length] = new Particles(count, nesting);
    return all;
  }

  /** A value that holds {@code count} particles, as {@code (count, shape)}. */
  public static NDArray rows(Run run, NDArray value, int count, Shape shape) {
    Shape wanted = Shapes.concat(new Shape(count), shape);
    NDArray bound = run.bind(value);
    return bound.getShape().size() == wanted.size()
        ? Tensors.reshape(bound, wanted)
        : Tensors.reshape(bound, shape).broadcast(wanted);
  }

  /**
   * All of so many draws at once.
   *
   * @throws IllegalArgumentException if they are executed one by one
   */
  Batch together(Run run, int draws) {
    checkArgument(
        draws == 1 || whyNotTogether().isEmpty(),
        "program cannot be executed for all draws at once: %s",
        whyNotTogether().orElse(""));
    return new Batch(run, 0, draws == 1 ? 0 : draws, look.nesting, null);
  }

  /** The shapes for one draw of the sites that are collected. */
  ImmutableMap<String, Shape> shapes() {
    return look.shapes;
  }

  /** How many dims plates own. */
  public int nesting() {
    return look.nesting;
  }

  /** Why they are executed one by one, and what to change; empty if they are at once. */
  public Optional<String> whyNotTogether() {
    return look.whyNotTogether;
  }

  /** The numbers that the operations of one draw hold. */
  public long numbers() {
    return look.numbers;
  }

  /**
   * Executes the programs for all of so many draws, in runs with counters from 1 on.
   *
   * @throws InterruptionException if an interrupt ends it
   */
  public void each(int draws, Looking looking) {
    boolean isOneByOne = draws == 1 || whyNotTogether().isPresent();
    int size = isOneByOne ? 1 : look.atOnce(draws);
    for (int from = 0, counter = 1; from < draws; from += size, counter++) {
      int count = isOneByOne ? 0 : Math.min(size, draws - from);
      if (isEnded && from > 0) {
        InterruptionException.check(name, null);
      }
      each(from, count, counter, looking);
    }
  }

  private void each(int from, int count, int counter, Looking looking) {
    try (Run run = Run.open(config, counter)) {
      Batch batch = new Batch(run, from, count, look.nesting, null);
      List<Trace> unused =
          run.withoutGradients(
              () -> {
                List<Trace> traces = program.record(batch);
                looking.at(batch, traces);
                return traces;
              });
    }
  }

  /**
   * All of so many draws.
   *
   * @throws InterruptionException if an interrupt ends it
   */
  @MustBeClosed
  public Samples collect(int draws) {
    NDManager manager = config.newManager();
    ListMultimap<String, NDArray> pieces = LinkedListMultimap.create();
    try {
      each(
          draws,
          (batch, traces) -> {
            Trace trace = requireNonNull(Iterables.getLast(traces));
            look.shapes.forEach(
                (site, shape) ->
                    pieces.put(site, Tensors.copy(batch.rows(trace.value(site), shape), manager)));
          });
    } catch (RuntimeException e) {
      manager.close();
      throw e;
    }
    return Samples.of(manager, join(config, manager, pieces));
  }

  private static Map<String, NDArray> join(
      RunConfig config, NDManager manager, ListMultimap<String, NDArray> pieces) {
    Map<String, NDArray> joined = Maps.newLinkedHashMap();
    try (Run run = Run.open(config, 0)) {
      for (String name : pieces.keySet()) {
        List<NDArray> list = pieces.get(name);
        joined.put(
            name,
            list.size() == 1
                ? list.get(0)
                : Tensors.copy(Tensors.concat(list.stream().map(run::bind).toList(), 0), manager));
      }
    }
    return joined;
  }
}
