package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** What a chain learns of its target before its draws count. */
interface Warmup {

  /** Learns nothing. */
  Warmup NONE =
      new Warmup() {
        @Override
        public void begin(PhasePoint state, Rng rng) {}

        @Override
        public void learn(int iteration, PhasePoint state, double acceptance, Rng rng) {}
      };

  /** Before the first iteration. */
  void begin(PhasePoint state, Rng rng);

  /** After an iteration of the warm-up, counted from 0. */
  void learn(int iteration, PhasePoint state, double acceptance, Rng rng);
}
