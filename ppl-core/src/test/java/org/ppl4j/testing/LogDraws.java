package org.ppl4j.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.special.Gamma;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Chi2;
import org.ppl4j.distributions.Dirichlet;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.Kumaraswamy;
import org.ppl4j.distributions.Weibull;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The laws of logarithms of draws: their distribution is the exact one, which Hipparchus knows
 * where its argument is a number and a series of three terms elsewhere, and their derivative is
 * that of its quantile.
 *
 * @param end the end from which the distance is taken
 * @param oneNoise whether a draw is a monotone function of one noise
 * @param cdf of the logarithm, by the concentration
 */
public record LogDraws(
    String name,
    Function<NDArray, Distribution> family,
    double end,
    boolean oneNoise,
    BiFunction<Double, Double, Double> cdf) {

  private static final int DRAWS = 20_000;
  private static final int DIFFERENTIATED = 200;

  /** Below it three terms of a series are exact. */
  private static final double SMALL = 1e-6;

  /** Every family whose draws may be nearer to an end than its float type tells. */
  public static List<LogDraws> all() {
    return List.of(
        new LogDraws(
            "Gamma", c -> org.ppl4j.distributions.Gamma.of(c, 1), 0, true, LogDraws::gamma),
        new LogDraws("Chi2", c -> Chi2.of(c.mul(2)), 0, true, (c, t) -> gamma(c, t - Math.log(2))),
        new LogDraws(
            "InverseGamma", c -> InverseGamma.of(c, 1), 0, true, (c, t) -> 1 - gamma(c, -t)),
        new LogDraws(
            "Weibull", c -> Weibull.of(1, c), 0, true, (c, t) -> -Math.expm1(-Math.exp(c * t))),
        new LogDraws("Beta", c -> Beta.of(c, 2), 0, false, (c, t) -> beta(c, 2, t)),
        new LogDraws("Beta at 1", c -> Beta.of(2, c), 1, false, (c, t) -> beta(c, 2, t)),
        new LogDraws(
            "Dirichlet",
            c -> Dirichlet.of(Tensors.stack(List.of(c, c.onesLike(), c.onesLike()), -1)),
            0,
            false,
            (c, t) -> beta(c, 2, t)),
        new LogDraws(
            "Kumaraswamy at 1",
            c -> Kumaraswamy.of(number(1), c),
            1,
            true,
            (c, t) -> Math.exp(c * t)));
  }

  /** P(log G ≤ t) of G from Gamma(a, 1). */
  private static double gamma(double a, double t) {
    double x = Math.exp(t);
    return x < SMALL
        ? Math.exp(a * t - Gamma.logGamma(a + 1))
            * (1 - a * x / (a + 1) + a * x * x / (2 * (a + 2)))
        : new GammaDistribution(a, 1).cumulativeProbability(x);
  }

  /** P(log B ≤ t) of B from Beta(a, b). */
  private static double beta(double a, double b, double t) {
    double x = Math.exp(t);
    double logBeta = Gamma.logGamma(a) + Gamma.logGamma(b) - Gamma.logGamma(a + b);
    double terms = 1 + a * (1 - b) * x / (a + 1) + a * (1 - b) * (2 - b) * x * x / (2 * (a + 2));
    return x * (1 + b) < SMALL
        ? Math.exp(a * t - Math.log(a) - logBeta) * terms
        : new BetaDistribution(a, b).cumulativeProbability(x);
  }

  /**
   * Kolmogorov and Smirnov's test.
   *
   * @param fault what the draws are made into; the identity if they have no fault
   */
  public int followTheirLaw(double concentration, UnaryOperator<NDArray> fault) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray c = run.full(concentration, new Shape(DRAWS));
      double[] logs = Tensors.values(logs(run, c, fault));
      double[] u = Arrays.stream(logs).map(t -> cdf.apply(concentration, t)).sorted().toArray();
      assertThat(u).doesNotContain(Double.NaN);
      return Significance.checkUniform(u);
    }
  }

  private NDArray logs(Run run, NDArray c, UnaryOperator<NDArray> fault) {
    NDArray value = fault.apply(family.apply(c).on(run).draw(DistributionLaws.rng(name)).value());
    NDArray logs = LogDistances.of(value, end);
    return logs.getShape().dimension() == 1 ? logs : Tensors.range(logs, -1, 0, 1).squeeze(-1);
  }

  /** The derivative at a fixed quantile, −(∂F/∂c) / (∂F/∂t), by differences. */
  public int haveTheQuantilesDerivative(double concentration) {
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray c = Autograd.variable(run.full(concentration, new Shape(DIFFERENTIATED)));
      NDArray logs = logs(run, c, UnaryOperator.identity());
      double[] t = Tensors.values(logs);
      double[] own = Tensors.values(Autograd.grad(logs.sum(), List.of(c)).get(0));
      for (int i = 0; i < t.length; i++) {
        double u = cdf.apply(concentration, t[i]);
        if (u < 1e-3 || u > 1 - 1e-3) {
          continue; // differences of a cdf that is nearly flat are rounding
        }
        double here = t[i];
        double change = 1e-3 * Math.min(u, 1 - u);
        double inC = slope(x -> cdf.apply(x, here), concentration, change);
        double inT = slope(x -> cdf.apply(concentration, x), here, change);
        double expected = -inC / inT;
        assertThat(Math.abs(own[i] - expected))
            .as(
                "%s at %s, log %s: derivative %s for %s",
                name, concentration, here, own[i], expected)
            .isLessThanOrEqualTo(1e-4 * Math.abs(expected));
        judged++;
      }
    }
    return judged;
  }

  /** Over a step that changes the function by about so much. */
  private static double slope(UnaryOperator<Double> function, double x, double change) {
    double step = 1e-7 * Math.abs(x);
    for (int i = 0; i < 2; i++) {
      double slope = (function.apply(x + step) - function.apply(x - step)) / (2 * step);
      step = Math.min(change / Math.abs(slope), 0.01 * Math.abs(x));
    }
    return (function.apply(x + step) - function.apply(x - step)) / (2 * step);
  }
}
