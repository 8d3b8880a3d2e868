package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.TensorFile;

/**
 * A normal distribution of unconstrained parameters, wider than a posterior and within the prior:
 * what the parameters of a round's simulations are drawn from. Its density is that of the prior, if
 * this were normal, times a normal density around the posterior, several times as wide.
 *
 * <p>It is normal so that what data say of parameters changes smoothly with the data, and a flow
 * that learns from some thousands of simulations has little to smooth over. Where a proposal ends
 * at an edge, as the prior cut to the region of a posterior does, nearly all simulations of many
 * parameters are beside that edge, and means of what is learned are off by what it does to them.
 */
final class NormalProposal {

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

  private final Parameters parameters;
  private final Moments moments;

  private NormalProposal(Parameters parameters, Moments moments) {
    this.parameters = parameters;
    this.moments = moments;
  }

  /**
   * Around draws that have weights.
   *
   * @param rows unconstrained, one after the other
   * @param weights of the rows, which sum to 1
   * @param simulations how many the draws were learned from
   */
  static NormalProposal around(
      Parameters parameters, double[] rows, double[] weights, int simulations) {
    int dim = parameters.unconstrainedColumns();
    Moments posterior = Moments.of(rows, weights);
    Moments prior = parameters.moments();
    double factor = widening(dim) * (1 + UNKNOWN * dim / simulations);
    try (Run run = Run.open(parameters.config(), 0)) {
      MultivariateNormal wide = posterior.widened(factor).in(run);
      NDArray own = wide.precisionMatrix();
      NDArray ofPrior = prior.in(run).precisionMatrix();
      NDArray sum = Tensors.matVec(own, wide.loc()).add(Tensors.matVec(ofPrior, prior.loc(run)));
      MultivariateNormal both = MultivariateNormal.withPrecision(0, own.add(ofPrior));
      NDArray covariance = both.covarianceMatrix();
      return new NormalProposal(
          parameters,
          new Moments(Tensors.values(Tensors.matVec(covariance, sum)), Tensors.values(covariance)));
    }
  }

  /** The variance of the factor beside the prior in variances of the posterior. */
  static double widening(int dim) {
    return Math.max(LEAST_WIDENING, Math.sqrt(dim) / SHARE - 1);
  }

  /**
   * Draws in the prior's support, row by row.
   *
   * @param rows at least 1
   * @param round other numbers give other draws
   */
  double[] draw(int rows, int round) {
    RunConfig config = parameters.config();
    Rng rng = Rng.of(config.seed(), Rng.Purpose.PREDICT, round, "sbi.proposal");
    try (Run run = Run.open(config, 0)) {
      NDArray drawn = moments.in(run).expand(rows).draw(rng).value();
      return parameters.constrain(Tensors.values(drawn));
    }
  }

  /** The log-density of unconstrained rows. */
  double[] logProb(double[] rows) {
    int dim = moments.dim();
    try (Run run = Run.open(parameters.config(), 0)) {
      NDArray u = run.create(rows, new Shape(rows.length / dim, dim));
      return Tensors.values(moments.in(run).logProb(u));
    }
  }

  private static final String MEAN = "mean";
  private static final String COVARIANCE = "covariance";

  /** Adds it to a file. */
  void write(TensorFile.Builder file) {
    int dim = moments.dim();
    file.put(MEAN, FloatType.FLOAT64, new Shape(dim), moments.mean());
    file.put(COVARIANCE, FloatType.FLOAT64, new Shape(dim, dim), moments.covariance());
  }

  /** The one in a file. */
  static NormalProposal read(Parameters parameters, TensorFile file) {
    TensorFile.Entry mean = file.entries().get(MEAN);
    TensorFile.Entry covariance = file.entries().get(COVARIANCE);
    long dim = parameters.unconstrainedColumns();
    checkArgument(
        mean != null
            && covariance != null
            && mean.shape().equals(new Shape(dim))
            && covariance.shape().equals(new Shape(dim, dim)),
        "%s has no normal proposal of %s parameters; pass a file that a posterior's save wrote",
        file,
        dim);
    return new NormalProposal(
        parameters,
        new Moments(requireNonNull(mean).values(), requireNonNull(covariance).values()));
  }

  @Override
  public String toString() {
    return "normal proposal around " + Arrays.toString(moments.mean());
  }
}
