package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;

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
   * The estimate of several particles from those of each alone, where model or guide holds no more
   * than one draw at once and each is executed for one particle after the other.
   *
   * @throws IllegalArgumentException unless the estimator says how; it need not
   */
  default Estimate ofEach(List<Estimate> particles) {
    throw new IllegalArgumentException(
        "estimator '%s' sees all %s particles of a step at once, which model or guide do not hold;"
                .formatted(this, particles.size())
            + " write them for many draws, or take one particle");
  }

  /**
   * The trace estimator: with draws z of the guide q,
   *
   * <pre>{@code
   * loss = mean over particles of  log q(z) − log p(x, z)
   * }</pre>
   *
   * and its total derivative, through the draws (Kingma and Welling 2014; Kucukelbir et al. 2017).
   * Every site that the guide draws must be reparameterized.
   */
  static Elbo trace() {
    return TraceElbo.INSTANCE;
  }

  /**
   * The mean-field estimator: with the latent sites z_i of the guide in their order,
   *
   * <pre>{@code
   * loss = mean over particles of  Σ_i KL(q(z_i | …) ‖ p(z_i | …)) − log p(x | z)
   * }</pre>
   *
   * with each divergence in closed form where {@link org.ppl4j.distributions.Kl} has one, and from
   * the draw as in {@link #trace()} elsewhere. It has the mean of the trace estimator; far from the
   * optimum, and where the data say little, it has less noise. A divergence is taken in closed form
   * only of a site before which the guide has drawn all that the model draws before it: neither
   * distribution then depends on the site's own draw. Scale and mask must be the same in both
   * programs, else the draw counts. Auxiliary draws and point masses, of which autoguides are made,
   * are as in the trace estimator.
   *
   * <p>As Pyro's {@code TraceMeanField_ELBO}, which takes the closed form of every site and warns
   * if the order differs.
   */
  static Elbo meanField() {
    return MeanFieldElbo.INSTANCE;
  }

  /**
   * The importance-weighted estimator (IWAE): with K particles z_k, all of a step,
   *
   * <pre>{@code
   * loss = −log (1/K Σ_k p(x, z_k) / q(z_k))
   * }</pre>
   *
   * and its total derivative. The bound rises with K to the log evidence, and a guide is wider
   * under it than under {@link #trace()}: for guides whose draws are to be weighed. With one
   * particle it is the trace estimator. A step that sees some rows of a plate estimates another
   * number.
   *
   * <p>Source: Burda, Grosse and Salakhutdinov, "Importance weighted autoencoders" (2016).
   */
  static Elbo importanceWeighted() {
    return renyi(0);
  }

  /**
   * The variational Rényi estimator of order α: with K particles z_k and w_k = p(x, z_k) / q(z_k),
   *
   * <pre>{@code
   * loss = −log (1/K Σ_k w_k^(1 − α)) / (1 − α)
   * }</pre>
   *
   * and its total derivative. Of order 0 it is {@link #importanceWeighted()}, of order 1 {@link
   * #trace()}; the greater the order, the nearer a guide is drawn to a mode.
   *
   * <p>Source: Li and Turner, "Rényi divergence variational inference" (2016), equation 6.
   *
   * @throws IllegalArgumentException if the order is not finite
   */
  static Elbo renyi(double order) {
    return new RenyiElbo(order);
  }

  /**
   * An estimate.
   *
   * @param loss the negative bound, a number: what is reported
   * @param surrogate a number whose gradient estimates that of the bound, negated; for most
   *     estimators the loss itself
   */
  record Estimate(NDArray loss, NDArray surrogate) {

    /** The mean of several. */
    static Estimate mean(List<Estimate> several) {
      NDArray loss = Tensors.addAll(several.stream().map(Estimate::loss).toList());
      NDArray surrogate = Tensors.addAll(several.stream().map(Estimate::surrogate).toList());
      double share = 1.0 / several.size();
      return new Estimate(loss.mul(share), surrogate.mul(share));
    }
  }
}
