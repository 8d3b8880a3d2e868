package org.ppl4j.infer.svi;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import org.ppl4j.SampleSite;
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
   * The estimate of several particles of which each is executed alone, since model or guide holds
   * no more than one draw at once.
   *
   * @param particles a pass for each, of one particle
   * @throws IllegalArgumentException unless the estimator says how; it need not
   */
  default Estimate ofEach(List<Pass> particles) {
    throw new IllegalArgumentException(
        "estimator '%s' sees all %s particles of a step at once, which model or guide do not hold;"
                .formatted(this, particles.size())
            + " write them for many draws, or take one particle");
  }

  /**
   * Why it cannot take a guide that draws a site as it does, as {@code has no derivative along its
   * draws}; empty if it can.
   */
  default Optional<String> whyNot(SampleSite site) {
    return Optional.empty();
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
   * The path derivative, or sticking the landing: with draws z of the guide q,
   *
   * <pre>{@code
   * loss = mean over particles of  log q(z; φ held) − log p(x, z)
   * }</pre>
   *
   * whose derivative goes through the draws alone. It has the mean of {@link #trace()}, since what
   * it leaves out, the score, has mean 0; and it has no noise at all where the guide is the
   * posterior. The guide is executed twice in a step, and what it draws by a flow is mapped back.
   * Every site that the guide draws must be reparameterized.
   *
   * <p>Source: Roeder, Wu and Duvenaud, "Sticking the landing" (2017).
   */
  static Elbo pathDerivative() {
    return PathDerivativeElbo.INSTANCE;
  }

  /**
   * The doubly reparameterized estimator (DReG) of {@link #importanceWeighted()}: with K particles
   * z_k, w_k = p(x, z_k; θ) / q(z_k; φ) and the shares v_k = w_k / Σ_j w_j,
   *
   * <pre>{@code
   * loss     = −log (1/K Σ_k w_k)
   * slope, φ = −Σ_k v_k² ∂ log w_k / ∂z_k · ∂z_k / ∂φ
   * slope, θ = −Σ_k v_k  ∂ log p(x, z_k; θ) / ∂θ
   * }</pre>
   *
   * It has the mean of that one's derivative, and unlike there the noise beside it does not grow
   * with K. With one particle it is {@link #pathDerivative()}. A model with parameters is executed
   * twice in a step, the guide always. Every site that the guide draws must be reparameterized.
   *
   * <p>Source: Tucker, Lawson, Gu and Maddison, "Doubly reparameterized gradient estimators for
   * Monte Carlo objectives" (2018), equation 8.
   */
  static Elbo doublyReparameterized() {
    return DoublyReparameterizedElbo.INSTANCE;
  }

  /**
   * The score function estimator (REINFORCE), for guides that draw discrete sites: with the costs
   * c_j of a guide's and a model's sites, log q of the ones and −log p of the others, and the
   * scored sites i,
   *
   * <pre>{@code
   * loss  = mean over particles of  Σ_j c_j
   * slope = mean over particles of  Σ_i ∂ log q(z_i) / ∂φ (Σ_{j depends on i} c_j − b_i) + ∂ Σ_j c_j / ∂φ
   * }</pre>
   *
   * where b_i is a {@link Baseline}, a moving average unless another is set, and draws of scored
   * sites have no derivative. The log q of a scored site is left out of the last sum: its mean
   * there is 0. See {@link ScoreFunctionElbo} for what may be set.
   *
   * <p>Source: Williams (1992); Ranganath, Gerrish and Blei, "Black box variational inference"
   * (2014), section 3; Schulman et al., "Gradient estimation using stochastic computation graphs"
   * (2015), equation 9.
   */
  static ScoreFunctionElbo scoreFunction() {
    return ScoreFunctionElbo.STANDARD;
  }

  /**
   * Reweighted wake-sleep, its wake phases: with K particles z_k of the guide, held, w_k = p(x,
   * z_k; θ) / q(z_k; φ) and the shares v_k = w_k / Σ_j w_j,
   *
   * <pre>{@code
   * loss     = −log (1/K Σ_k w_k)
   * slope, θ = −Σ_k v_k ∂ log p(x, z_k; θ) / ∂θ
   * slope, φ = −Σ_k v_k ∂ log q(z_k; φ) / ∂φ
   * }</pre>
   *
   * The model is fitted by the importance-weighted bound, and the guide to the posterior by {@code
   * KL(p ‖ q)}, under which it covers all modes. Sites may be discrete or continuous. The slopes
   * are of shares of sums, and so are right as K grows, not in the mean; it needs 2 particles, and
   * wants 10 or more. There is no sleep phase, whose draws of data would have to be made into what
   * the guide reads: {@link org.ppl4j.infer.sbi} fits to simulated data.
   *
   * <p>Source: Bornschein and Bengio, "Reweighted wake-sleep" (2015); Le, Kosiorek, Siddharth, Teh
   * and Wood, "Revisiting reweighted wake-sleep" (2019), equations 5 and 7.
   */
  static Elbo reweightedWakeSleep() {
    return ReweightedWakeSleepElbo.INSTANCE;
  }

  /**
   * The forward divergence KL(p(z | x) ‖ q) of a guide from the posterior of a model without
   * parameters: with K particles z_k of the guide, held, and the shares v_k of their weights as in
   * {@link #reweightedWakeSleep()},
   *
   * <pre>{@code
   * loss  =  Σ_k v_k log (K v_k)
   * slope = −Σ_k v_k ∂ log q(z_k; φ) / ∂φ
   * }</pre>
   *
   * The loss is the divergence as the weights see it, 0 where the guide is the posterior.
   *
   * <p>Source: as for {@link #reweightedWakeSleep()}; Naesseth, Lindsten and Blei, "Markovian score
   * climbing" (2020), equation 4, of the divergence.
   */
  static Elbo forwardKl() {
    return ForwardKlElbo.INSTANCE;
  }

  /** All of the above, of the Rényi ones the importance-weighted, with their standard settings. */
  static ImmutableList<Elbo> all() {
    return ImmutableList.of(
        trace(),
        meanField(),
        pathDerivative(),
        importanceWeighted(),
        doublyReparameterized(),
        scoreFunction(),
        reweightedWakeSleep(),
        forwardKl());
  }

  /**
   * An estimate.
   *
   * @param loss the negative bound, a number: what is reported
   * @param surrogate a number whose gradient estimates that of the bound, negated; for most
   *     estimators the loss itself
   */
  record Estimate(NDArray loss, NDArray surrogate) {

    /** The mean of an estimator's of each particle. */
    static Estimate mean(Elbo elbo, List<Pass> particles) {
      List<Estimate> several = particles.stream().map(elbo::estimate).toList();
      NDArray loss = Tensors.addAll(several.stream().map(Estimate::loss).toList());
      NDArray surrogate = Tensors.addAll(several.stream().map(Estimate::surrogate).toList());
      double share = 1.0 / several.size();
      return new Estimate(loss.mul(share), surrogate.mul(share));
    }
  }
}
