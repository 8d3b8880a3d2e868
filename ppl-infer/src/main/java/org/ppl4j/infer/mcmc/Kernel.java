package org.ppl4j.infer.mcmc;

import org.ppl4j.tensor.Rng;

/** A transition of a Markov chain that leaves the target as it is. */
interface Kernel {

  /**
   * Moves the chain by one iteration.
   *
   * @param state where the chain is, with its density and gradient; then where it is next
   */
  Transition move(PhasePoint state, Rng rng);
}
