package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** What a chain learns of its target before its draws count. */
interface Warmup {

  /** Before the first iteration. */
  void begin(ChainState state, Rng rng);

  /**
   * After an iteration of the warm-up, counted from 0.
   *
   * @return whether it has learned enough, and ends before its time
   */
  boolean learn(int iteration, ChainState state, double acceptance, Rng rng);

  /** What it has learned. */
  double[] memory();

  /** Has learned this. */
  void recall(double[] memory);

  /** The size of steps that it has learned; NaN if there are none. */
  default double stepSize() {
    return Double.NaN;
  }

  /**
   * After it, the logarithm of the mass of the heap that the chain is in, up to what is the same of
   * all chains; NaN if nobody knows.
   */
  default double logWeight() {
    return Double.NaN;
  }
}
