package org.ppl4j.infer.autoguide;

/** How an {@link AutoStructured} guide draws a site, given those that it depends on. */
public enum Conditional {
  /** A point, as {@link AutoDelta}'s. */
  DELTA,

  /** Independent normal distributions in unconstrained space, one for each number. */
  NORMAL,

  /** A normal distribution of full covariance in unconstrained space, one for each row. */
  MULTIVARIATE_NORMAL
}
