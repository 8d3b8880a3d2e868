package org.ppl4j.infer.sbi;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Tensors;

/**
 * A normal distribution of unconstrained parameters, wider than a posterior and within the prior:
 * what rounds are drawn from unless set otherwise. Its density is that of the prior, if this were
 * normal, times a normal density around the posterior, several times as wide.
 *
 * <p>It is normal so that what data say of parameters changes smoothly with the data, and a flow
 * that learns from some thousands of simulations has little to smooth over. Where a proposal ends
 * at an edge, as the prior cut to the region of a posterior does, nearly all simulations of many
 * parameters are beside that edge, and means of what is learned are off by what it does to them.
 */
final class NormalProposal implements RoundProposal {

  /** The least variance of the factor beside the prior, in variances of the posterior. */
  private static final double LEAST_WIDENING = 4;

  /**
   * Draws of a posterior that is normal, learned with a factor of c times its variance, have
   * weights exp(r² / 2c), where r² is the sum of D squares of variance c / (1 + c). Their effective
   * share is (√(1 − 2a) / (1 − a))^D with a = 1 / (1 + c): about three quarters at any D where a √D
   * is this.
   */
  private static final double SHARE = 0.63;

  /**
   * A posterior of few simulations is not where it seems: by so many of its variances, times
   * parameters over simulations, its proposal is wider. Without that, a thousand simulations in
   * eight rounds of ten parameters told less than one round of as many.
   */
  private static final double UNKNOWN = 20;

  private static final String MEAN = "mean";
  private static final String COVARIANCE = "covariance";

  @Override
  public Map<String, NDArray> around(RoundPosterior posterior) {
    int dim = Math.toIntExact(posterior.draws().getShape().get(1));
    MultivariateNormal prior = posterior.prior();
    Moments found =
        Moments.of(Tensors.values(posterior.draws()), Tensors.values(posterior.weights()));
    double factor = widening(dim) * (1 + UNKNOWN * dim / posterior.simulations());
    MultivariateNormal wide = found.widened(factor).in(Tensors.run(posterior.draws()));
    NDArray own = wide.precisionMatrix();
    NDArray ofPrior = prior.precisionMatrix();
    NDArray sum = Tensors.matVec(own, wide.loc()).add(Tensors.matVec(ofPrior, prior.loc()));
    NDArray covariance = MultivariateNormal.withPrecision(0, own.add(ofPrior)).covarianceMatrix();
    return Map.of(MEAN, Tensors.matVec(covariance, sum), COVARIANCE, covariance);
  }

  @Override
  public Distribution of(NamedTensors parameters) {
    return MultivariateNormal.withCovariance(parameters.get(MEAN), parameters.get(COVARIANCE));
  }

  /** The variance of the factor beside the prior in variances of the posterior. */
  static double widening(int dim) {
    return Math.max(LEAST_WIDENING, Math.sqrt(dim) / SHARE - 1);
  }

  @Override
  public String toString() {
    return "normal proposal";
  }
}
