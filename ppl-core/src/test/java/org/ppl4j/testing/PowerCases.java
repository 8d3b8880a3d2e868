package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.ParetoDistribution;
import org.hipparchus.distribution.continuous.WeibullDistribution;
import org.ppl4j.distributions.ContinuousBernoulli;
import org.ppl4j.distributions.Kumaraswamy;
import org.ppl4j.distributions.LogitNormal;
import org.ppl4j.distributions.Pareto;
import org.ppl4j.distributions.Weibull;

/** The rows of families that are powers of simpler ones, and of those on the unit interval. */
final class PowerCases {

  private PowerCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Weibull", p -> Weibull.of(p.get(0), p.get(1)))
            .numbers(1.4, 2.3)
            .inside(0.1, 1, 4)
            .outside(-0.5, 0)
            .oracle(p -> new WeibullDistribution(p[1], p[0]))
            .operations("12 7 5 4", "13 8 6 5")
            .reference("Weibull", p -> Weibull.of(p.get("scale"), p.get("concentration")))
            .refuses(
                run -> Weibull.of(0, 1),
                "parameter 'scale' of Weibull must be positive, but is 0.0")
            .refuses(
                run -> Weibull.of(1, 0),
                "parameter 'concentration' of Weibull must be positive, but is 0.0"),
        DistributionCase.of("Pareto", p -> Pareto.of(p.get(0), p.get(1)))
            .numbers(1.4, 4.5)
            .inside(1.5, 2, 10)
            .outside(-0.5, 1.3)
            .oracle(p -> new ParetoDistribution(p[0], p[1]))
            .operations("6 3 4 2", "13 7 7 4")
            .reference("Pareto", p -> Pareto.of(p.get("scale"), p.get("alpha")))
            .refuses(
                run -> Pareto.of(0, 1), "parameter 'scale' of Pareto must be positive, but is 0.0")
            .refuses(
                run -> Pareto.of(1, 0), "parameter 'alpha' of Pareto must be positive, but is 0.0"),
        DistributionCase.of("Kumaraswamy", p -> Kumaraswamy.of(p.get(0), p.get(1)))
            .numbers(2.3, 1.4)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> kumaraswamy(p[0], p[1]))
            .operations("13 8 6 5", "18 11 6 9")
            .reference(
                "Kumaraswamy",
                p -> Kumaraswamy.of(p.get("concentration1"), p.get("concentration0")))
            .refuses(
                run -> Kumaraswamy.of(0, 1),
                "parameter 'concentration1' of Kumaraswamy must be positive, but is 0.0")
            .refuses(
                run -> Kumaraswamy.of(1, -1),
                "parameter 'concentration0' of Kumaraswamy must be positive, but is -1.0"),
        DistributionCase.of("Kumaraswamy below one", p -> Kumaraswamy.of(p.get(0), p.get(1)))
            .numbers(0.6, 0.7)
            .inside(0.01, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> kumaraswamy(p[0], p[1])),
        DistributionCase.of("ContinuousBernoulli", p -> ContinuousBernoulli.probs(p.get(0)))
            .numbers(0.8)
            .inside(0.1, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> tilted(Math.log(p[0] / (1 - p[0]))))
            .operations("7 3 1 3", "8 4 2 3")
            .reference(
                "ContinuousBernoulli",
                p ->
                    p.has("probs")
                        ? ContinuousBernoulli.probs(p.get("probs"))
                        : ContinuousBernoulli.logits(p.get("logits")))
            .refuses(
                run -> ContinuousBernoulli.probs(1),
                "parameter 'probs' of ContinuousBernoulli must be strictly between 0 and 1, but is"
                    + " 1.0")
            .refuses(
                run -> ContinuousBernoulli.logits(Double.NaN),
                "parameter 'logits' of ContinuousBernoulli must be real, but is NaN"),
        DistributionCase.of("ContinuousBernoulli even", p -> ContinuousBernoulli.logits(p.get(0)))
            .numbers(1e-3)
            .inside(0.1, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> tilted(p[0]))
            .operations("7 3 1 3", "7 3 1 3"),
        DistributionCase.of("LogitNormal", p -> LogitNormal.of(p.get(0), p.get(1)))
            .numbers(0.4, 1.2)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> logitNormal(p[0], p[1]))
            .operations("17 12 5 8", "19 14 5 10")
            .reference("LogitNormal", p -> LogitNormal.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> LogitNormal.of(0, 0),
                "parameter 'scale' of LogitNormal must be positive, but is 0.0"),
        DistributionCase.of("LogitNormal wide", p -> LogitNormal.of(p.get(0), p.get(1)))
            .numbers(-1, 4)
            .inside(0.01, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> logitNormal(p[0], p[1])));
  }

  private static RealDistribution kumaraswamy(double a, double b) {
    return Oracles.of(
        0,
        x -> a * b * Math.pow(x, a - 1) * Math.pow(1 - Math.pow(x, a), b - 1),
        x -> 1 - Math.pow(1 - Math.pow(Math.min(x, 1), a), b));
  }

  private static RealDistribution tilted(double logits) {
    return Oracles.of(
        0,
        x -> logits * Math.exp(logits * x) / Math.expm1(logits),
        x -> Math.expm1(logits * Math.min(x, 1)) / Math.expm1(logits));
  }

  private static RealDistribution logitNormal(double loc, double scale) {
    NormalDistribution normal = new NormalDistribution(loc, scale);
    return Oracles.of(
        0,
        x -> normal.density(Math.log(x / (1 - x))) / (x * (1 - x)),
        x -> x >= 1 ? 1 : normal.cumulativeProbability(Math.log(x / (1 - x))));
  }
}
