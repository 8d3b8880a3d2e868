package org.ppl4j.infer.mcmc;

/** A log density of vectors (D), up to a constant, with its gradient. */
@FunctionalInterface
interface Target {

  /**
   * The log density at a vector; −∞ or NaN where it has none.
   *
   * @param gradient to be filled; means nothing where the density is not finite
   */
  double evaluate(double[] u, double[] gradient);
}
