package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;

/**
 * One chain: its warm-up, its draws and what they cost. It runs once, on one thread; others may
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
  private final Kernel kernel;
  private final Warmup warmup;
  private final Rng rng;
  private final double[] start;
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

  Chain(int number, Length length, Leapfrog leapfrog, Moves moves, Rng rng, double[] start) {
    this.number = number;
    this.length = length;
    this.leapfrog = leapfrog;
    this.kernel = moves.kernel();
    this.warmup = moves.warmup();
    this.rng = rng;
    this.start = start;
    this.vectors = new double[Math.multiplyExact(length.draws(), start.length)];
    this.log = new IterationLog(length.draws());
  }

  /**
   * Runs to its end, or until it is stopped or fails.
   *
   * @param isStopped is asked before each iteration
   * @return whether it was not stopped
   */
  boolean run(BooleanSupplier isStopped) {
    long began = System.nanoTime();
    try {
      iterate(isStopped);
      return iterations == length.iterations();
    } catch (RuntimeException e) {
      failure = e;
      return true;
    } finally {
      seconds = (System.nanoTime() - began) * 1e-9;
    }
  }

  private void iterate(BooleanSupplier isStopped) {
    PhasePoint state = new PhasePoint(start.length);
    leapfrog.place(start, state);
    while (iterations < length.iterations() && !isStopped.getAsBoolean()) {
      int i = iterations;
      if (i == 0) {
        warmup.begin(state, rng);
      }
      Transition transition = kernel.move(state, rng);
      if (i < length.warmup()) {
        warmedUp = i + 1;
        boolean isOver = warmup.learn(i, state, transition.acceptance(), rng);
        iterations = isOver ? length.warmup() : i + 1;
      } else {
        keep(i - length.warmup(), state, transition);
        iterations = i + 1;
      }
      stepSize = leapfrog.stepSize();
    }
  }

  /** One thread alone writes the counts that others read. */
  @SuppressWarnings("NonAtomicVolatileUpdate")
  private void keep(int draw, PhasePoint state, Transition transition) {
    System.arraycopy(state.position, 0, vectors, draw * start.length, start.length);
    log.add(draw, state, transition, leapfrog.stepSize());
    acceptances += transition.acceptance();
    depthLimitHits += transition.isAtLimit() ? 1 : 0;
    if (transition.isDivergent()) {
      divergences++;
    }
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
