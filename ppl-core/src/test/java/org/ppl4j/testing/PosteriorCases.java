package org.ppl4j.testing;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.ppl4j.Plate;
import org.ppl4j.Ppl;
import org.ppl4j.Program;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.ImproperUniform;
import org.ppl4j.distributions.MultivariateNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * Fifteen posteriors of posteriordb as programs over its raw data, each with the priors and
 * constraints of its Stan program; discrete states are summed out by hand, as there.
 */
public final class PosteriorCases {

  private static final Program<PosteriorCase.Data> AUTOREGRESSION =
      (p, data) -> {
        NDArray y = data.get("y");
        NDArray alpha = p.sample("alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", vector(Normal.of(0, 10), 5));
        NDArray sigma = p.sample("sigma", HalfCauchy.of(2.5));
        NDArray lags =
            Tensors.stack(
                IntStream.rangeClosed(1, 5)
                    .mapToObj(k -> Tensors.range(y, 0, 5 - k, 200 - k))
                    .toList(),
                1);
        try (Plate times = p.plate("times", 195)) {
          NDArray mean = p.matVec(times.take(lags), beta).add(alpha);
          p.observe("y", Normal.of(mean, sigma), Tensors.range(y, 0, 5, 200));
        }
      };

  private static final Program<PosteriorCase.Data> SCHOOLS =
      (p, data) -> {
        NDArray mu = p.sample("mu", Normal.of(0, 5));
        NDArray tau = p.sample("tau", HalfCauchy.of(5));
        try (Plate schools = p.plate("schools", 8)) {
          NDArray z = p.sample("z", Normal.of(0, 1));
          NDArray theta = p.deterministic("theta", mu.add(tau.mul(z)));
          p.observe("y", Normal.of(theta, data.get("sigma")), data.get("y"));
        }
      };

  /** The noise stands on the diagonal as it is, not squared. */
  private static final Program<PosteriorCase.Data> GAUSSIAN_PROCESS =
      (p, data) -> {
        NDArray rho = p.sample("rho", Gamma.of(25, 4));
        NDArray alpha = p.sample("alpha", HalfNormal.of(2));
        NDArray sigma = p.sample("sigma", HalfNormal.of(1));
        NDArray x = data.get("x");
        NDArray distance = x.expandDims(1).sub(x.expandDims(0)).square();
        NDArray smooth = distance.div(matrix(rho).square().mul(-2)).exp();
        NDArray covariance =
            smooth.mul(matrix(alpha).square()).add(p.run().eye(11).mul(matrix(sigma)));
        p.observe("y", MultivariateNormal.withCovariance(0, covariance), data.get("y"));
      };

  /** The forward algorithm; the first state has weight 1 whichever it is. */
  private static final Program<PosteriorCase.Data> HIDDEN_MARKOV =
      (p, data) -> {
        NDArray flat = p.run().ones(new Shape(2));
        NDArray theta1 = p.sample("theta1", Dirichlet.of(flat));
        NDArray theta2 = p.sample("theta2", Dirichlet.of(flat));
        NDArray mu = p.sample("mu", flat(Constraint.POSITIVE_ORDERED_VECTOR, 2));
        p.factor("mu.prior", log(3, 1, entry(mu, 0)).add(log(10, 1, entry(mu, 1))));
        NDArray steps = Tensors.stack(List.of(theta1, theta2), -2).log();
        NDArray y = data.get("y").expandDims(1);
        NDArray seen = Normal.of(mu.expandDims(-2), 1).logProb(y);
        NDArray state = row(seen, 0);
        for (int t = 1; t < 100; t++) {
          NDArray moved = Special.logSumExp(state.expandDims(-1).add(steps), -2, false);
          state = moved.add(row(seen, t));
        }
        p.factor("y", Special.logSumExp(state, -1, false));
      };

  private static final Program<PosteriorCase.Data> SUMMER =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", Normal.of(data.get("pmualpha"), data.get("psalpha")));
        NDArray beta = p.sample("beta", Normal.of(data.get("pmubeta"), data.get("psbeta")));
        NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
        try (Plate years = p.plate("years", 62)) {
          NDArray mean = beta.mul(years.take(data.get("x"))).add(alpha);
          p.observe("y", Normal.of(mean, sigma), years.take(data.get("y")));
        }
      };

  private static final Program<PosteriorCase.Data> EARNINGS =
      (p, data) -> {
        NDArray height = data.get("height");
        NDArray male = data.get("male");
        NDArray columns = columns(p.run().ones(height.getShape()), height, male, height.mul(male));
        flatRegression(p, columns, data.get("earn").log());
      };

  private static final Program<PosteriorCase.Data> MESQUITE =
      (p, data) -> {
        NDArray diam1 = data.get("diam1").log();
        NDArray diam2 = data.get("diam2").log();
        NDArray columns =
            columns(
                p.run().ones(diam1.getShape()),
                diam1.add(diam2).add(data.get("canopy_height").log()),
                diam1.add(diam2),
                diam1.sub(diam2),
                data.get("total_height").log(),
                data.get("group"));
        flatRegression(p, columns, data.get("weight").log());
      };

  private static final Program<PosteriorCase.Data> MIXTURE =
      (p, data) -> {
        NDArray mu = p.sample("mu", flat(Constraint.ORDERED_VECTOR, 2));
        NDArray sigma = p.sample("sigma", vector(HalfNormal.of(2), 2));
        NDArray theta = p.sample("theta", Beta.of(5, 5));
        p.factor("mu.prior", log(0, 2, entry(mu, 0)).add(log(0, 2, entry(mu, 1))));
        try (Plate rows = p.plate("rows", 1000)) {
          NDArray y = rows.take(data.get("y"));
          NDArray first = Normal.of(entry(mu, 0), entry(sigma, 0)).logProb(y);
          NDArray second = Normal.of(entry(mu, 1), entry(sigma, 1)).logProb(y);
          NDArray one = theta.log().add(first);
          p.factor("y", Special.logAddExp(one, Special.log1p(theta.neg()).add(second)));
        }
      };

  private static final Program<PosteriorCase.Data> REGRESSION =
      (p, data) -> {
        NDArray beta = p.sample("beta", vector(Normal.of(0, 10), 5));
        NDArray sigma = p.sample("sigma", HalfNormal.of(10));
        try (Plate rows = p.plate("rows", 100)) {
          NDArray mean = p.matVec(rows.take(data.get("X")), beta);
          p.observe("y", Normal.of(mean, sigma), rows.take(data.get("y")));
        }
      };

  private static final Program<PosteriorCase.Data> COUNTS =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", Uniform.of(-20, 20));
        NDArray beta1 = p.sample("beta1", Uniform.of(-10, 10));
        NDArray beta2 = p.sample("beta2", Uniform.of(-10, 10));
        NDArray beta3 = p.sample("beta3", Uniform.of(-10, 10));
        try (Plate years = p.plate("years", 40)) {
          NDArray year = years.take(data.get("year"));
          NDArray slope = beta1.add(year.mul(beta2.add(year.mul(beta3))));
          NDArray rate = alpha.add(year.mul(slope)).exp();
          p.observe("C", Poisson.of(rate), years.take(data.get("C")));
        }
      };

  private static final Program<PosteriorCase.Data> ELECTION =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", ImproperUniform.of(Constraint.REAL));
        NDArray beta = p.sample("beta", flat(Constraint.REAL, 1));
        try (Plate rows = p.plate("rows", 1179)) {
          NDArray slope = entry(beta, 0).mul(rows.take(data.get("income")));
          p.observe("vote", Bernoulli.logits(slope.add(alpha)), rows.take(data.get("vote")));
        }
      };

  private static final Program<PosteriorCase.Data> PILOTS =
      (p, data) -> {
        NDArray sigmaA = p.sample("sigma_a", Uniform.of(0, 100));
        NDArray sigmaB = p.sample("sigma_b", Uniform.of(0, 100));
        NDArray sigmaY = p.sample("sigma_y", Uniform.of(0, 100));
        NDArray muA = p.sample("mu_a", Normal.of(0, 1));
        NDArray muB = p.sample("mu_b", Normal.of(0, 1));
        NDArray a;
        NDArray b;
        try (Plate groups = p.plate("groups", 5)) {
          a = p.sample("a", Normal.of(muA.mul(10), sigmaA));
        }
        try (Plate scenarios = p.plate("scenarios", 8)) {
          b = p.sample("b", Normal.of(muB.mul(10), sigmaB));
        }
        try (Plate rows = p.plate("rows", 40)) {
          NDArray mean =
              p.pick(a, rows.take(data.get("group_id").sub(1)))
                  .add(p.pick(b, rows.take(data.get("scenario_id").sub(1))));
          p.observe("y", Normal.of(mean, sigmaY), rows.take(data.get("y")));
        }
      };

  private static final Program<PosteriorCase.Data> RADON =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", Normal.of(0, 10));
        NDArray sigma = p.sample("sigma_y", HalfNormal.of(1));
        try (Plate houses = p.plate("houses", 919)) {
          NDArray mean = alpha.add(beta.mul(houses.take(data.get("floor_measure"))));
          p.observe("log_radon", Normal.of(mean, sigma), houses.take(data.get("log_radon")));
        }
      };

  private static final Program<PosteriorCase.Data> RADON_COUNTIES =
      (p, data) -> {
        NDArray sigmaAlpha = p.sample("sigma_alpha", HalfNormal.of(1));
        NDArray sigmaY = p.sample("sigma_y", HalfNormal.of(1));
        NDArray muAlpha = p.sample("mu_alpha", Normal.of(0, 10));
        NDArray beta = p.sample("beta", Normal.of(0, 10));
        NDArray alpha;
        try (Plate counties = p.plate("counties", 85)) {
          alpha = p.sample("alpha", Normal.of(muAlpha, sigmaAlpha));
        }
        try (Plate houses = p.plate("houses", 919)) {
          NDArray level = p.pick(alpha, houses.take(data.get("county_idx").sub(1)));
          NDArray mean = level.add(beta.mul(houses.take(data.get("floor_measure"))));
          p.observe("log_radon", Normal.of(mean, sigmaY), houses.take(data.get("log_radon")));
        }
      };

  private static final Program<PosteriorCase.Data> WELLS =
      (p, data) -> {
        NDArray alpha = p.sample("alpha", ImproperUniform.of(Constraint.REAL));
        NDArray beta = p.sample("beta", flat(Constraint.REAL, 2));
        try (Plate rows = p.plate("rows", 3020)) {
          NDArray x = columns(data.get("dist").div(100), data.get("arsenic"));
          NDArray logits = p.matVec(rows.take(x), beta).add(alpha);
          p.observe("switched", Bernoulli.logits(logits), rows.take(data.get("switched")));
        }
      };

  /** The same hidden Markov model with its states as sites. */
  private static final Program<PosteriorCase.Data> HIDDEN_MARKOV_STATES =
      (p, data) -> {
        NDArray flat = p.run().ones(new Shape(2));
        NDArray theta1 = p.sample("theta1", Dirichlet.of(flat));
        NDArray theta2 = p.sample("theta2", Dirichlet.of(flat));
        NDArray mu = p.sample("mu", flat(Constraint.POSITIVE_ORDERED_VECTOR, 2));
        p.factor("mu.prior", log(3, 1, entry(mu, 0)).add(log(10, 1, entry(mu, 1))));
        NDArray theta = Tensors.stack(List.of(theta1, theta2), -2);
        p.factor("first", p.scalar(Math.log(2)));
        NDArray z = p.scalar(0);
        for (int t : p.loop("t", 100)) {
          NDArray probs = t == 0 ? flat.div(2) : p.pick(theta, z, 1);
          z = p.sample("z", Categorical.probs(probs));
          p.observe("y", Normal.of(p.pick(mu, z), 1), data.get("y").get(t));
        }
      };

  /** The same mixture with the components of the rows as a site. */
  private static final Program<PosteriorCase.Data> MIXTURE_ROWS =
      (p, data) -> {
        NDArray mu = p.sample("mu", flat(Constraint.ORDERED_VECTOR, 2));
        NDArray sigma = p.sample("sigma", vector(HalfNormal.of(2), 2));
        NDArray theta = p.sample("theta", Beta.of(5, 5));
        p.factor("mu.prior", log(0, 2, entry(mu, 0)).add(log(0, 2, entry(mu, 1))));
        try (Plate rows = p.plate("rows", 1000)) {
          NDArray isFirst = p.sample("z", Bernoulli.probs(theta)).eq(1);
          NDArray loc = Tensors.where(isFirst, entry(mu, 0), entry(mu, 1));
          NDArray scale = Tensors.where(isFirst, entry(sigma, 0), entry(sigma, 1));
          p.observe("y", Normal.of(loc, scale), rows.take(data.get("y")));
        }
      };

  private PosteriorCases() {}

  /** All fifteen. */
  public static Stream<Named<PosteriorCase>> all() {
    return Stream.of(
            of("arK", AUTOREGRESSION),
            new PosteriorCase("eight_schools_noncentered", SCHOOLS, PosteriorCases::schools),
            of("gp_regr", GAUSSIAN_PROCESS),
            of("hmm_example", HIDDEN_MARKOV),
            of("kilpisjarvi", SUMMER),
            of("logearn_interaction", EARNINGS),
            of("logmesquite_logvash", MESQUITE),
            of("low_dim_gauss_mix", MIXTURE),
            of("sblri_blr", REGRESSION),
            of("GLM_Poisson", COUNTS),
            of("nes_logit", ELECTION),
            of("pilots", PILOTS),
            of("radon_pooled", RADON),
            of("radon_variable_intercept", RADON_COUNTIES),
            of("wells_dist100ars", WELLS))
        .map(posterior -> Named.of(posterior.name(), posterior));
  }

  /** Those with discrete states again, which are sites here. */
  public static Stream<Named<PosteriorCase>> withChoices() {
    return Stream.of(of("hmm_example", HIDDEN_MARKOV_STATES), of("low_dim_gauss_mix", MIXTURE_ROWS))
        .map(posterior -> Named.of(posterior.name(), posterior));
  }

  private static PosteriorCase of(String name, Program<PosteriorCase.Data> program) {
    return new PosteriorCase(name, program, UnaryOperator.identity());
  }

  /** z = (theta − mu) / tau. */
  private static Map<String, double[]> schools(Map<String, double[]> draws) {
    double[] theta = requireNonNull(draws.get("theta"));
    double[] mu = requireNonNull(draws.get("mu"));
    double[] tau = requireNonNull(draws.get("tau"));
    double[] z = new double[theta.length];
    for (int i = 0; i < z.length; i++) {
      z[i] = (theta[i] - mu[i / 8]) / tau[i / 8];
    }
    return ImmutableMap.of("mu", mu, "tau", tau, "z", z);
  }

  /** Coefficients and a standard deviation with flat priors. */
  private static void flatRegression(Ppl p, NDArray columns, NDArray y) {
    NDArray beta = p.sample("beta", flat(Constraint.REAL, columns.getShape().get(1)));
    NDArray sigma = p.sample("sigma", ImproperUniform.of(Constraint.POSITIVE));
    try (Plate rows = p.plate("rows", y.size(0))) {
      NDArray mean = p.matVec(rows.take(columns), beta);
      p.observe("y", Normal.of(mean, sigma), rows.take(y));
    }
  }

  private static NDArray columns(NDArray... columns) {
    return Tensors.stack(List.of(columns), 1);
  }

  private static Distribution vector(Distribution each, long size) {
    return each.expand(new Shape(size)).toEvent(1);
  }

  private static Distribution flat(Constraint support, long size) {
    return ImproperUniform.of(support, new Shape(), new Shape(size));
  }

  private static NDArray log(double loc, double scale, NDArray x) {
    return Normal.of(loc, scale).logProb(x);
  }

  /** {@code x[..., i]}. */
  private static NDArray entry(NDArray x, int i) {
    return Tensors.range(x, -1, i, i + 1).squeeze(-1);
  }

  /** {@code x[..., i, :]}. */
  private static NDArray row(NDArray x, int i) {
    return Tensors.range(x, -2, i, i + 1).squeeze(-2);
  }

  private static NDArray matrix(NDArray number) {
    return number.expandDims(-1).expandDims(-1);
  }
}
