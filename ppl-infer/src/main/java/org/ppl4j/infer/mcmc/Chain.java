package org.ppl4j.infer.mcmc;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import com.google.common.primitives.Doubles;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.infer.InterruptionException;
import org.ppl4j.tensor.Rng;

/**
 * One chain: its warm-up, its draws and what they cost. It runs on one thread at a time; others may
 * look how far it is.
 */
final class Chain {

  /**
   * How long chains are.
   *
   * @param warmup iterations of which nothing is kept, at most
   * @param draws iterations after them
   */
  record Length(int warmup, int draws) {

    int iterations() {
      return warmup + draws;
    }
  }

  private final int number; // from 1
  private final Length length;
  private final ChainTarget target;
  private final Function<ChainTarget, TransitionKernel> kernels;
  private final @Nullable DiscreteMoves discrete; // null: it has no discrete sites
  private final Rng rng;
  private final ChainState state;
  private TransitionKernel kernel;
  private final Iterator<double[]> others;
  private double[] start;
  private boolean isBegun;
  private ChainEnds.@Nullable End resumed; // null: it begins
  private int starts = 1;
  private final double[] vectors; // (draws, D)
  private final IterationLog log;
  private double acceptances; // their sum
  private int depthLimitHits;
  private int warmedUp; // iterations
  private double seconds;
  private @Nullable RuntimeException failure;
  private @Nullable ChainDone taken; // null: it runs here

  // for whoever looks
  private volatile int iterations;
  private volatile int divergences;
  private volatile double stepSize = Double.NaN;

  /** Without discrete sites. */
  Chain(
      int number,
      Length length,
      Target target,
      Function<ChainTarget, TransitionKernel> kernels,
      Rng rng,
      double[] start,
      Iterator<double[]> others) {
    this(
        number,
        length,
        new ChainTarget(target, start.length, length.warmup()),
        kernels,
        null,
        rng,
        start,
        others);
  }

  /**
   * Of these.
   *
   * @param kernels make what moves it, for each start
   * @param discrete draws its discrete sites after each move; null if it has none
   * @param others where else it may begin
   */
  Chain(
      int number,
      Length length,
      ChainTarget target,
      Function<ChainTarget, TransitionKernel> kernels,
      @Nullable DiscreteMoves discrete,
      Rng rng,
      double[] start,
      Iterator<double[]> others) {
    this.number = number;
    this.length = length;
    this.target = target;
    this.kernels = kernels;
    this.kernel = kernels.apply(target);
    this.rng = rng;
    this.discrete = discrete;
    this.state = new ChainState(target.size());
    this.start = start;
    this.others = others;
    this.vectors = new double[Math.multiplyExact(length.draws(), start.length)];
    this.log = new IterationLog(length.draws(), kernel.statistics());
  }

  /** Goes on from where it once ended, in place of its warm-up. */
  void resume(ChainEnds.End end) {
    resumed = end;
    starts = end.starts();
    warmedUp = end.warmup();
    iterations = length.warmup();
  }

  // --- elsewhere

  /**
   * What is to be done elsewhere.
   *
   * @param moved the sites that searches moved; null if none chose the variables
   */
  ChainWork work(@Nullable ImmutableSet<String> moved) {
    return new ChainWork(number, moved, start.clone(), starts, rng.position(), resumed);
  }

  /** Goes on as the chain that work is of. */
  void begin(ChainWork work) {
    starts = work.starts();
    rng.moveTo(work.position());
    ChainEnds.End end = work.resumed();
    if (end != null) {
      resume(end);
    }
  }

  /**
   * Does all that it has to.
   *
   * @throws InterruptionException if it is stopped
   */
  ChainDone toEnd(BooleanSupplier isStopped) {
    boolean isWarm = warmUp(Integer.MAX_VALUE, isStopped);
    ChainDone.Warmup warmup =
        new ChainDone.Warmup(warmedUp, logWeight(), rng.position(), target.evaluations());
    if (!isWarm || !run(Integer.MAX_VALUE, isStopped)) {
      throw new InterruptionException(
          "chain %s was stopped after %s iterations; run it again".formatted(number, iterations),
          null);
    }
    RuntimeException failed = failure;
    return new ChainDone(
        number,
        warmup,
        iterations,
        stepSize,
        target.evaluations(),
        seconds,
        vectors(draws()),
        log.rows(draws()),
        new ChainDone.Counts(acceptances, divergences, depthLimitHits),
        discrete == null ? new double[0] : discrete.tally(),
        failed == null ? end() : null,
        failed == null ? null : words(failed));
  }

  /** Has done what the same chain did elsewhere. */
  void take(ChainDone done) {
    taken = done;
    warmedUp = done.warmup.iterations();
    rng.moveTo(done.warmup.position());
    iterations = done.iterations;
    stepSize = done.stepSize;
    seconds += done.seconds;
    System.arraycopy(done.vectors, 0, vectors, 0, done.vectors.length);
    log.take(done.log);
    acceptances = done.counts.acceptances();
    divergences = done.counts.divergences();
    depthLimitHits = done.counts.depthLimitHits();
    if (discrete != null) {
      discrete.take(done.discrete);
    }
    failure = done.failure().map(IllegalStateException::new).orElse(null);
  }

  /** Where it is, once its warm-up is over. */
  ChainEnds.End end() {
    if (taken != null && taken.end != null) {
      return taken.end;
    }
    double[] at = Arrays.copyOf(state.position, start.length);
    DiscreteMoves sites = discrete;
    double[] scales = sites == null ? new double[0] : sites.memory();
    if (sites != null) {
      sites.copyTo(at, 0);
    }
    return new ChainEnds.End(
        number, starts, warmedUp, rng.position(), Doubles.concat(at, scales, kernel.memory()));
  }

  /**
   * Goes on to the end of its warm-up, or until it is stopped or fails.
   *
   * @param most iterations
   * @param isStopped is asked before each iteration
   * @return whether it is there, or has failed
   */
  boolean warmUp(int most, BooleanSupplier isStopped) {
    return run(most, isStopped, length.warmup());
  }

  /**
   * Forgets its warm-up, but not what that has cost, and begins again elsewhere.
   *
   * @return whether there was another start
   */
  boolean beginAgain() {
    if (!others.hasNext()) {
      return false;
    }
    if (taken != null) {
      target.count(taken.warmup.evaluations());
      taken = null;
      failure = null;
    }
    start = others.next();
    starts++;
    kernel = kernels.apply(target);
    iterations = 0;
    isBegun = false;
    return true;
  }

  /** Goes on to its end, likewise. */
  boolean run(int most, BooleanSupplier isStopped) {
    return run(most, isStopped, length.iterations());
  }

  private boolean run(int most, BooleanSupplier isStopped, int end) {
    long began = processorTime();
    try {
      for (int i = 0;
          i < most && failure == null && iterations < end && !isStopped.getAsBoolean();
          i++) {
        iterate();
      }
      return failure != null || iterations == end;
    } catch (RuntimeException e) {
      failure = e;
      return true;
    } finally {
      seconds += (processorTime() - began) * 1e-9;
    }
  }

  /** That of this thread in nanoseconds; the clock's where a machine does not tell it. */
  private static long processorTime() {
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    return threads.isCurrentThreadCpuTimeSupported()
        ? threads.getCurrentThreadCpuTime()
        : System.nanoTime();
  }

  private void iterate() {
    int i = iterations;
    DiscreteMoves sites = discrete;
    if (!isBegun) {
      begin();
      isBegun = true;
    }
    Transition transition = kernel.move(state, rng);
    if (sites != null) {
      sites.move(state.position, i < length.warmup(), rng);
      target.evaluate(state);
    }
    if (i < length.warmup()) {
      warmedUp = i + 1;
      boolean isOver = kernel.adapt(i, state, transition, rng);
      iterations = isOver ? length.warmup() : i + 1;
    } else {
      keep(i - length.warmup(), state, transition);
      iterations = i + 1;
    }
    stepSize = kernel.stepSize();
  }

  private void begin() {
    DiscreteMoves sites = discrete;
    ChainEnds.End end = resumed;
    if (end == null) {
      if (sites != null) {
        sites.begin(start, length.warmup() > 0, rng);
      }
      target.place(start, state);
      kernel.begin(state, rng);
      return;
    }
    int from = start.length;
    if (sites != null) {
      double[] scales = Arrays.copyOfRange(end.numbers(), from, from + sites.count());
      sites.recall(end.numbers(), scales);
      from += scales.length;
    }
    target.place(end.numbers(), state);
    kernel.recall(Arrays.copyOfRange(end.numbers(), from, end.numbers().length));
    rng.moveTo(end.position());
  }

  /** One thread alone writes the counts that others read. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void keep(int draw, ChainState state, Transition transition) {
    System.arraycopy(state.position, 0, vectors, draw * start.length, state.position.length);
    if (discrete != null) {
      discrete.copyTo(vectors, draw * start.length);
    }
    log.add(draw, state, transition, kernel.stepSize());
    acceptances += transition.acceptance();
    depthLimitHits += transition.isAtLimit() ? 1 : 0;
    if (transition.isDivergent()) {
      divergences++;
    }
  }

  /**
   * The logarithm of the mass of where it is after its warm-up; NaN if nobody knows, or it failed.
   */
  double logWeight() {
    if (taken != null) {
      return taken.warmup.logWeight();
    }
    return failure == null && iterations >= length.warmup() ? kernel.logWeight() : Double.NaN;
  }

  /** How many numbers its target has. */
  int size() {
    return start.length;
  }

  /** The names of the columns of what it did. */
  ImmutableList<String> columns() {
    return log.names();
  }

  /** What draws its discrete sites; null if it has none. */
  @Nullable DiscreteMoves discrete() {
    return discrete;
  }

  /** How many iterations are done, or need not be since the warm-up has ended. */
  int iterations() {
    return iterations;
  }

  /** How many of them diverged, after the warm-up. */
  int divergences() {
    return divergences;
  }

  /** The step size; NaN before the first iteration. */
  double stepSize() {
    return stepSize;
  }

  /** How many draws there are. */
  int draws() {
    return Math.max(0, iterations - length.warmup());
  }

  /** The first of its draws (count, D), row by row. */
  double[] vectors(int count) {
    return Arrays.copyOf(vectors, count * start.length);
  }

  /** A column of {@link Iterations} of the first of its draws. */
  double[] column(String name, int count) {
    return log.column(name, count);
  }

  /** What ended it; null if nothing did. */
  @Nullable RuntimeException failure() {
    return failure;
  }

  /** What it did. */
  ChainReport report() {
    int draws = draws();
    return new ChainReport(
        number,
        starts,
        warmedUp,
        draws,
        stepSize,
        acceptances / draws,
        divergences,
        depthLimitHits,
        Ebfmi.of(log.column("energy__", draws), draws),
        target.evaluations() + (taken == null ? 0 : taken.evaluations),
        seconds,
        Optional.ofNullable(failure).map(Chain::words));
  }

  private static String words(RuntimeException failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
