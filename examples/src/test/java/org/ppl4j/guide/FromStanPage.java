package org.ppl4j.guide;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.Plate;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Censored;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.OrderedLogistic;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.tensor.Tensors;

/** The blocks of the page from-stan.md. */
@SuppressWarnings("ArrayRecordComponent") // data may hold plain arrays
final class FromStanPage {

  private FromStanPage() {}

  // region
  record Pairs(double[] x, double[] y) {}

  static final Program<Pairs> LINEAR =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", ImproperUniform.of(Constraint.REAL));
        NDArray beta = p.sample("beta", ImproperUniform.of(Constraint.REAL));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate rows = p.plate("rows", data.y().length)) {
          NDArray mean = rows.take(data.x()).mul(beta).add(alpha);
          p.observe("y", Normal.of(mean, sigma), rows.take(data.y()));
        }
      };

  // endregion

  // region
  static final Program<Pairs> ROBUST =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", ImproperUniform.of(Constraint.REAL));
        NDArray beta = p.sample("beta", ImproperUniform.of(Constraint.REAL));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate rows = p.plate("rows", data.y().length)) {
          NDArray mean = rows.take(data.x()).mul(beta).add(alpha);
          p.observe("y", StudentT.of(4, mean, sigma), rows.take(data.y()));
        }
      };

  // endregion

  // region
  record Ratings(double[][] x, int[] y, int categories) {}

  static final Program<Ratings> ORDERED =
      (p, data) -> {
        Shape none = new Shape();
        Shape predictors = new Shape(data.x()[0].length);
        Shape cuts = new Shape(data.categories() - 1);
        NDArray beta = p.sample("beta", ImproperUniform.of(Constraint.REAL, none, predictors));
        NDArray c = p.sample("c", ImproperUniform.of(Constraint.ORDERED_VECTOR, none, cuts));
        try (Plate rows = p.plate("rows", data.y().length)) {
          NDArray predictor = p.matVec(rows.take(data.x()), beta);
          p.observe("y", OrderedLogistic.of(predictor, c), rows.take(data.y())); // from 0
        }
      };

  // endregion

  // region
  record Levels(double[][] x, int[] level, int[] y, int levels) {}

  static final Program<Levels> HIERARCHICAL =
      (p, data) -> {
        long predictors = data.x()[0].length;
        NDArray mu = p.sample("mu", Normal.of(0, 100).expand(predictors).toEvent(1));
        NDArray sigma =
            p.sample(
                "sigma",
                ImproperUniform.of(Constraint.POSITIVE, new Shape(), new Shape(predictors)));
        NDArray beta;
        try (Plate levels = p.plate("levels", data.levels())) {
          beta = p.sample("beta", Normal.of(mu, sigma).toEvent(1));
        }
        try (Plate rows = p.plate("rows", data.y().length)) {
          NDArray ofLevel = p.pick(beta, rows.take(data.level()), 1); // from 0
          NDArray logit = rows.take(data.x()).mul(ofLevel).sum(new int[] {-1});
          p.observe("y", Bernoulli.logits(logit), rows.take(data.y()));
        }
      };

  // endregion

  // region
  static final Program<double[]> AUTOREGRESSION =
      (p, y) -> {
        NDArray alpha = p.sample("alpha", ImproperUniform.of(Constraint.REAL));
        NDArray beta = p.sample("beta", ImproperUniform.of(Constraint.REAL));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate times = p.plate("times", y.length - 1)) {
          NDArray before = times.take(Arrays.copyOf(y, y.length - 1));
          NDArray now = times.take(Arrays.copyOfRange(y, 1, y.length));
          p.observe("y", Normal.of(before.mul(beta).add(alpha), sigma), now);
        }
      };

  // endregion

  // region
  record Holed(double[] y, boolean[] seen) {}

  static final Program<Holed> MISSING =
      (p, data) -> {
        NDArray mu = p.sample("mu", ImproperUniform.of(Constraint.REAL));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate rows = p.plate("rows", data.y().length)) {
          p.observe("y", Normal.of(mu, sigma), rows.take(data.y()), rows.take(data.seen()));
        }
      };

  // endregion

  // region
  static final Program<double[]> CENSORED =
      (p, y) -> {
        NDArray mu = p.sample("mu", ImproperUniform.of(Constraint.REAL));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate rows = p.plate("rows", y.length)) {
          Normal noise = Normal.of(mu, sigma);
          p.observe("y", Censored.of(noise, Double.NEGATIVE_INFINITY, 3), rows.take(y));
        }
      };

  // endregion

  // region
  static final Program<double[]> MIXTURE =
      (p, y) -> {
        NDArray theta = p.sample("theta", Dirichlet.of(Tensors.vector(1, 1)));
        Shape two = new Shape(2);
        NDArray mu =
            p.sample("mu", ImproperUniform.of(Constraint.ORDERED_VECTOR, new Shape(), two));
        p.factor("prior of mu", Normal.of(0, 10).expand(2).toEvent(1).logProb(mu));
        NDArray sigma = p.sample("sigma", LogNormal.of(0, 2).expand(2).toEvent(1));
        try (Plate rows = p.plate("rows", y.length)) {
          NDArray z = p.sample("z", Categorical.probs(theta)); // summed out
          p.observe("y", Normal.of(p.pick(mu, z), p.pick(sigma, z)), rows.take(y));
        }
      };

  // endregion

  // region
  static final Program<int[]> CHANGE_POINT =
      (p, counts) -> {
        NDArray early = p.sample("e", Exponential.of(1));
        NDArray late = p.sample("l", Exponential.of(1));
        NDArray s = p.sample("s", DiscreteUniform.of(0, counts.length - 1)); // summed out
        try (Plate times = p.plate("times", counts.length)) {
          double[] time = new double[counts.length];
          Arrays.setAll(time, t -> t);
          NDArray rate = Tensors.where(times.take(time).lt(s), early, late);
          p.observe("D", Poisson.of(rate), times.take(counts));
        }
      };

  // endregion

  // region
  static final Program<Pairs> GAUSSIAN_PROCESS =
      (p, data) -> {
        NDArray rho = p.sample("rho", InverseGamma.of(5, 5));
        NDArray alpha = p.sample("alpha", HalfNormal.of(1));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        NDArray x = p.constant(data.x());
        NDArray squares = x.expandDims(-1).sub(x.expandDims(-2)).square();
        NDArray kernel = squares.div(matrix(rho).square().mul(-2)).exp();
        NDArray noise = x.getManager().eye(data.x().length).mul(matrix(sigma).square());
        NDArray covariance = kernel.mul(matrix(alpha).square()).add(noise);
        p.observe("y", MultivariateNormal.withCovariance(0, covariance), p.constant(data.y()));
      };

  /** A number for each matrix, whatever draws stand on its left. */
  static NDArray matrix(NDArray number) {
    return number.expandDims(-1).expandDims(-1);
  }
  // endregion
}
