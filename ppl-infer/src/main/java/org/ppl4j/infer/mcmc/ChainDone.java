package org.ppl4j.infer.mcmc;

import java.io.Serializable;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What one chain did, in plain numbers, so that another JVM has it. */
public final class ChainDone implements Serializable {

  private static final long serialVersionUID = 1;

  final int number; // from 1
  final Warmup warmup;
  final int iterations;
  final double stepSize;
  final long evaluations;
  final double seconds;
  final double[] vectors; // (draws, D)
  final double[] log; // (draws, columns)
  final Counts counts;
  final double[] discrete; // what its moves of discrete sites have learned and counted
  final ChainEnds.@Nullable End end; // null: it failed
  final @Nullable String failure;

  /**
   * What there was when its warm-up was over.
   *
   * @param iterations of it
   * @param logWeight of the heap that it is in
   * @param position of the random stream
   * @param evaluations of the density until then
   */
  record Warmup(int iterations, double logWeight, long position, long evaluations)
      implements Serializable {}

  /** What is counted of its draws. */
  record Counts(double acceptances, int divergences, int depthLimitHits) implements Serializable {}

  ChainDone(
      int number,
      Warmup warmup,
      int iterations,
      double stepSize,
      long evaluations,
      double seconds,
      double[] vectors,
      double[] log,
      Counts counts,
      double[] discrete,
      ChainEnds.@Nullable End end,
      @Nullable String failure) {
    this.number = number;
    this.warmup = warmup;
    this.iterations = iterations;
    this.stepSize = stepSize;
    this.evaluations = evaluations;
    this.seconds = seconds;
    this.vectors = vectors;
    this.log = log;
    this.counts = counts;
    this.discrete = discrete;
    this.end = end;
    this.failure = failure;
  }

  /** The number of the chain, from 1. */
  public int chain() {
    return number;
  }

  /** What ended it too early; empty if nothing did. */
  public Optional<String> failure() {
    return Optional.ofNullable(failure);
  }

  /** Which chain, and how far it came. */
  @Override
  public String toString() {
    return "chain " + number + ", " + iterations + " iterations";
  }
}
