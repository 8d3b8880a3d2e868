package org.ppl4j.infer.mcmc;

/**
 * What an iteration of a chain did.
 *
 * @param acceptance the mean probability of acceptance, which the step size is adapted to
 * @param depth how often its trajectory doubled; 0 of one that does not
 * @param steps how many leapfrog steps it made, or how many points it tried
 * @param isDivergent whether a step gained so much energy that the integrator has failed
 * @param isAtLimit whether it would have gone on if it were allowed to
 */
record Transition(double acceptance, int depth, int steps, boolean isDivergent, boolean isAtLimit) {

  /** A gain of energy above this is a divergence, as in Stan. */
  static final double MOST_GAIN = 1000;
}
