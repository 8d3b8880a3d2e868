package org.ppl4j.infer.mcmc;

import java.io.Serializable;

/**
 * What a chain learns of the target's scales while it warms up. One of yours says what learns them;
 * it does so by Stan's schedule, in windows of which each forgets the one before.
 */
@FunctionalInterface
public interface Metric extends Serializable {

  /**
   * Scales of any size, and the few directions that differ from them, from draws and their
   * gradients: for all posteriors. A step costs O(K D) beside the gradient, where K directions are
   * correlated. The warm-up ends when they are known.
   */
  Metric LOW_RANK = Learned.LOW_RANK;

  /** The variance of each unconstrained number. A step costs O(D) beside the gradient. */
  Metric DIAGONAL = Learned.DIAGONAL;

  /**
   * Their covariance: for posteriors with strong linear correlation. A step costs O(D²) beside the
   * gradient, and the warm-up must be long enough to see D (D + 1) / 2 numbers.
   */
  Metric DENSE = Learned.DENSE;

  /**
   * What learns them from the draws of a chain, for each its own.
   *
   * @param size how many unconstrained numbers there are, D
   */
  MassEstimate estimate(int size);
}
