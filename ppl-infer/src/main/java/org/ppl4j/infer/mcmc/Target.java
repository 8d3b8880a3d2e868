package org.ppl4j.infer.mcmc;

import ai.djl.engine.EngineException;
import org.ppl4j.infer.latent.LogDensity;

/** A log density of vectors (D), up to a constant, with its gradient. */
@FunctionalInterface
interface Target {

  /**
   * The log density at a vector; −∞ or NaN where it has none.
   *
   * @param gradient to be filled; means nothing where the density is not finite
   */
  double evaluate(double[] u, double[] gradient);

  /**
   * That of a program. It is NaN where an operation of the engine fails, as the Cholesky factor of
   * a matrix that is not positive definite.
   */
  static Target of(LogDensity<?> density) {
    return (u, gradient) -> {
      try {
        return density.evaluate(u, gradient);
      } catch (EngineException e) {
        return Double.NaN;
      } catch (IllegalStateException e) {
        if (e.getCause() instanceof EngineException) {
          return Double.NaN;
        }
        throw e;
      }
    };
  }
}
