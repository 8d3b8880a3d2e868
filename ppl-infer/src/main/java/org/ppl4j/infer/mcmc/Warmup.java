package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** What a chain learns of its target before its draws count. */
interface Warmup {

  /** One that learns nothing. */
  static Warmup none() {
    return new Warmup() {
      @Override
      public void begin(PhasePoint state, Rng rng) {}

      @Override
      public boolean learn(int iteration, PhasePoint state, double acceptance, Rng rng) {
        return false;
      }
    };
  }

  /** Before the first iteration. */
  void begin(PhasePoint state, Rng rng);

  /**
   * After an iteration of the warm-up, counted from 0.
   *
   * @return whether it has learned enough, and ends before its time
   */
  boolean learn(int iteration, PhasePoint state, double acceptance, Rng rng);

  /**
   * After it, the logarithm of the mass of the heap that the chain is in, up to what is the same of
   * all chains; NaN if nobody knows.
   */
  default double logWeight() {
    return Double.NaN;
  }
}
