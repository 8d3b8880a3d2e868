package org.ppl4j.infer.mcmc;

/** What a chain learns of the target's scales while it warms up. */
public enum Metric {
  /**
   * Scales of any size, and the few directions that differ from them, from draws and their
   * gradients: for all posteriors. A step costs O(K D) beside the gradient, where K directions are
   * correlated.
   */
  LOW_RANK,
  /** The variance of each unconstrained number. A step costs O(D) beside the gradient. */
  DIAGONAL,
  /**
   * Their covariance: for posteriors with strong linear correlation. A step costs O(D²) beside the
   * gradient, and the warm-up must be long enough to see D (D + 1) / 2 numbers.
   */
  DENSE
}
