package org.ppl4j.infer.mcmc;

/** What a chain learns of the target's scales while it warms up. */
public enum Metric {
  /** The variance of each unconstrained number. A step costs O(D) beside the gradient. */
  DIAGONAL,
  /**
   * Their covariance: for posteriors with strong linear correlation. A step costs O(D²) beside the
   * gradient, and the warm-up must be long enough to see D (D + 1) / 2 numbers.
   */
  DENSE
}
