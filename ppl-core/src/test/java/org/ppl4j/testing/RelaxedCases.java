package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.LogisticDistribution;
import org.ppl4j.distributions.RelaxedBernoulli;
import org.ppl4j.distributions.RelaxedBernoulliStraightThrough;
import org.ppl4j.distributions.RelaxedOneHotCategorical;
import org.ppl4j.distributions.RelaxedOneHotCategoricalStraightThrough;

/** The rows of discrete distributions made continuous. */
final class RelaxedCases {

  private RelaxedCases() {}

  private static RealDistribution sigmoidOfLogistic(double temperature, double logits) {
    RealDistribution logistic = new LogisticDistribution(logits / temperature, 1 / temperature);
    return Oracles.of(
        0,
        x -> logistic.density(Math.log(x / (1 - x))) / (x * (1 - x)),
        x -> logistic.cumulativeProbability(Math.log(x / (1 - x))));
  }

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of(
                "RelaxedBernoulli probs", p -> RelaxedBernoulli.probs(p.get(0), p.get(1)))
            .numbers(1.6, 0.3)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> sigmoidOfLogistic(p[0], Math.log(p[1] / (1 - p[1]))))
            .operations("20 15 6 10", "23 18 7 11")
            .reference(
                "RelaxedBernoulli",
                p ->
                    p.has("probs")
                        ? RelaxedBernoulli.probs(p.get("temperature"), p.get("probs"))
                        : RelaxedBernoulli.logits(p.get("temperature"), p.get("logits")))
            .refuses(
                run -> RelaxedBernoulli.probs(0, 0.5),
                "parameter 'temperature' of RelaxedBernoulli must be positive, but is 0.0")
            .refuses(
                run -> RelaxedBernoulli.probs(1, 1),
                "parameter 'probs' of RelaxedBernoulli must be between 0 and 1, but is 1.0")
            .refuses(
                run -> RelaxedBernoulli.logits(1, Double.NaN),
                "parameter 'logits' of RelaxedBernoulli must be real, but is NaN"),
        DistributionCase.of(
                "RelaxedBernoulli logits", p -> RelaxedBernoulli.logits(p.get(0), p.get(1)))
            .numbers(0.8, -0.4)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> sigmoidOfLogistic(p[0], p[1]))
            .operations("20 15 6 10", "22 17 6 11"),
        DistributionCase.of(
                "RelaxedBernoulliStraightThrough",
                p -> RelaxedBernoulliStraightThrough.probs(p.get(0), p.get(1)))
            .numbers(1.6, 0.3)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .biasedGradient()
            .operations("20 15 12 10", "23 18 12 11"),
        DistributionCase.of(
                "RelaxedOneHotCategorical probs",
                p -> RelaxedOneHotCategorical.probs(p.get(0), p.get(1)))
            .numbers(1.6)
            .vector(0.2, 0.5, 0.7)
            .inside(0.2, 0.3, 0.5, 0.6, 0.3, 0.1)
            .outside(0.5, 0.5, 0.5, 1.2, -0.1, -0.1)
            .operations("23 12 9 10", "27 15 10 13")
            .reference(
                "RelaxedOneHotCategorical",
                p -> RelaxedOneHotCategorical.probs(p.get("temperature"), p.get("probs")))
            .refuses(
                run -> RelaxedOneHotCategorical.probs(0, 0.5, 0.5),
                "parameter 'temperature' of RelaxedOneHotCategorical must be positive, but is 0.0")
            .refuses(
                run -> RelaxedOneHotCategorical.probs(1, 0.5, 0),
                "parameter 'probs' of RelaxedOneHotCategorical must be positive, but its entry 1 is"
                    + " 0.0"),
        DistributionCase.of(
                "RelaxedOneHotCategorical logits",
                p -> RelaxedOneHotCategorical.logits(p.get(0), p.get(1)))
            .numbers(1.1)
            .vector(-0.2, 0.5, 0.3)
            .inside(0.2, 0.3, 0.5, 0.6, 0.3, 0.1)
            .outside(0.5, 0.5, 0.5, 1.2, -0.1, -0.1)
            .operations("22 11 8 9", "26 14 9 12"),
        DistributionCase.of(
                "RelaxedOneHotCategoricalStraightThrough",
                p -> RelaxedOneHotCategoricalStraightThrough.logits(p.get(0), p.get(1)))
            .numbers(1.1)
            .vector(-0.2, 0.5, 0.3)
            .inside(0.2, 0.3, 0.5, 0.6, 0.3, 0.1)
            .outside(0.5, 0.5, 0.5, 1.2, -0.1, -0.1)
            .biasedGradient()
            .operations("22 11 15 9", "26 14 16 12"));
  }
}
