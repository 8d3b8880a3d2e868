package org.ppl4j.infer.mcmc;

/**
 * Learns the scales of a target from the draws of one chain, which come one by one.
 *
 * <p>Of draws of a target it must come to a mass matrix whose inverse has the scales of the
 * target's covariance, and be usable from the first draw on: matrices of few draws are finite and
 * positive.
 */
public interface MassEstimate {

  /**
   * One more draw; both arrays are written again afterwards.
   *
   * @param position the unconstrained numbers (D)
   * @param gradient of the log density there (D); 0 of samplers that ask for no slope
   */
  void add(double[] position, double[] gradient);

  /** The mass matrix whose inverse they are, of the draws since the last restart. */
  MassMatrix mass();

  /** Forgets all draws. */
  void restart();
}
