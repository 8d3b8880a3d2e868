package org.ppl4j.infer;

import ai.djl.ndarray.NDArray;

/**
 * An estimator of the evidence lower bound: from the traces of guide and model in one run, a number
 * to minimise.
 *
 * <p>Stateless; what an estimator needs from one step, it finds in the {@link Pass}.
 */
@FunctionalInterface
public interface Elbo {

  /** One estimate, in the operations of the pass's run. */
  Estimate estimate(Pass pass);

  /**
   * The trace estimator: with draws z of the guide q,
   *
   * <pre>{@code
   * loss = mean over particles of  log q(z) − log p(x, z)
   * }</pre>
   *
   * and its total derivative, through the draws (Kingma and Welling 2014; Kucukelbir et al. 2017).
   * Every site that the guide draws must be reparameterised.
   */
  static Elbo trace() {
    return TraceElbo.INSTANCE;
  }

  /**
   * An estimate.
   *
   * @param loss the negative bound, a number: what is reported
   * @param surrogate a number whose gradient estimates that of the bound, negated; for most
   *     estimators the loss itself
   */
  record Estimate(NDArray loss, NDArray surrogate) {}
}
