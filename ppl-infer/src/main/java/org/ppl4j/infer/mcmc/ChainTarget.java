package org.ppl4j.infer.mcmc;

/**
 * What a chain is to sample: a log density of vectors (D) of unconstrained numbers, up to a
 * constant, with its gradient. It belongs to one chain, and counts what it costs.
 */
public final class ChainTarget {

  private final Target density;
  private final int size;
  private final int warmup;
  private long evaluations;

  ChainTarget(Target density, int size, int warmup) {
    this.density = density;
    this.size = size;
    this.warmup = warmup;
  }

  /** How many numbers a position has, D. */
  public int size() {
    return size;
  }

  /** How many iterations the chain warms up, at most. */
  public int warmup() {
    return warmup;
  }

  /**
   * Fills in log density and gradient of a state at its position. Costs a forward and a backward
   * pass of the model.
   */
  public void evaluate(ChainState state) {
    evaluations++;
    state.logDensity = density.evaluate(state.position, state.gradient);
  }

  /** Puts a state at a position, the first numbers of a vector. */
  void place(double[] vector, ChainState state) {
    System.arraycopy(vector, 0, state.position, 0, size);
    evaluate(state);
  }

  /** Was evaluated as often elsewhere. */
  void count(long others) {
    evaluations += others;
  }

  /** How often it was evaluated. */
  long evaluations() {
    return evaluations;
  }
}
