package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
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
  private final Leapfrog leapfrog;
  private final Supplier<Moves> allMoves;
  private final @Nullable DiscreteMoves discrete; // null: it has no discrete sites
  private final Rng rng;
  private final PhasePoint state;
  private Moves moves;
  private final Iterator<double[]> others;
  private double[] start;
  private int starts = 1;
  private final double[] vectors; // (draws, D)
  private final IterationLog log;
  private double acceptances; // their sum
  private int depthLimitHits;
  private int warmedUp; // iterations
  private double seconds;
  private @Nullable RuntimeException failure;

  // for whoever looks
  private volatile int iterations;
  private volatile int divergences;
  private volatile double stepSize = Double.NaN;

  /** Without discrete sites. */
  Chain(
      int number,
      Length length,
      Leapfrog leapfrog,
      Supplier<Moves> moves,
      Rng rng,
      double[] start,
      Iterator<double[]> others) {
    this(number, length, leapfrog, moves, null, rng, start, others);
  }

  /**
   * Of these.
   *
   * @param moves makes what moves it, for each start
   * @param discrete draws its discrete sites after each move; null if it has none
   * @param others where else it may begin
   */
  Chain(
      int number,
      Length length,
      Leapfrog leapfrog,
      Supplier<Moves> moves,
      @Nullable DiscreteMoves discrete,
      Rng rng,
      double[] start,
      Iterator<double[]> others) {
    this.number = number;
    this.length = length;
    this.leapfrog = leapfrog;
    this.allMoves = moves;
    this.moves = moves.get();
    this.rng = rng;
    this.discrete = discrete;
    this.state = new PhasePoint(leapfrog.size());
    this.start = start;
    this.others = others;
    this.vectors = new double[Math.multiplyExact(length.draws(), start.length)];
    this.log = new IterationLog(length.draws());
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
    start = others.next();
    starts++;
    moves = allMoves.get();
    leapfrog.stepSize(1);
    iterations = 0;
    return true;
  }

  /** Goes on to its end, likewise. */
  boolean run(int most, BooleanSupplier isStopped) {
    return run(most, isStopped, length.iterations());
  }

  private boolean run(int most, BooleanSupplier isStopped, int end) {
    long began = System.nanoTime();
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
      seconds += (System.nanoTime() - began) * 1e-9;
    }
  }

  private void iterate() {
    int i = iterations;
    DiscreteMoves sites = discrete;
    if (i == 0) {
      if (sites != null) {
        sites.begin(start, length.warmup() > 0, rng);
      }
      leapfrog.place(start, state);
      moves.warmup().begin(state, rng);
    }
    Transition transition = moves.kernel().move(state, rng);
    if (sites != null) {
      sites.move(state.position, i < length.warmup(), rng);
      leapfrog.place(state.position, state);
    }
    if (i < length.warmup()) {
      warmedUp = i + 1;
      boolean isOver = moves.warmup().learn(i, state, transition.acceptance(), rng);
      iterations = isOver ? length.warmup() : i + 1;
    } else {
      keep(i - length.warmup(), state, transition);
      iterations = i + 1;
    }
    stepSize = leapfrog.stepSize();
  }

  /** One thread alone writes the counts that others read. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void keep(int draw, PhasePoint state, Transition transition) {
    System.arraycopy(state.position, 0, vectors, draw * start.length, state.position.length);
    if (discrete != null) {
      discrete.copyTo(vectors, draw * start.length);
    }
    log.add(draw, state, transition, leapfrog.stepSize());
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
    return failure == null && iterations >= length.warmup()
        ? moves.warmup().logWeight()
        : Double.NaN;
  }

  /** How many numbers its target has. */
  int size() {
    return start.length;
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
        leapfrog.gradients(),
        seconds,
        Optional.ofNullable(failure).map(Chain::words));
  }

  private static String words(RuntimeException failure) {
    String message = failure.getMessage();
    return message == null ? failure.toString() : message;
  }
}
