package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.distribution.discrete.GeometricDistribution;
import org.hipparchus.distribution.discrete.PascalDistribution;
import org.hipparchus.distribution.discrete.PoissonDistribution;
import org.hipparchus.distribution.discrete.UniformIntegerDistribution;
import org.ppl4j.distributions.BetaBinomial;
import org.ppl4j.distributions.Binomial;
import org.ppl4j.distributions.DiscreteUniform;
import org.ppl4j.distributions.GammaPoisson;
import org.ppl4j.distributions.Geometric;
import org.ppl4j.distributions.NegativeBinomial;
import org.ppl4j.distributions.Poisson;
import org.ppl4j.testing.DistributionCase.Entries;

/** The rows of counts. */
final class CountCases {

  private CountCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Poisson", p -> Poisson.of(p.get(0)))
            .numbers(3.5)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .oracle(p -> Oracles.counts(new PoissonDistribution(p[0])))
            .operations("10 4 1 4", "10 4 2 4")
            .reference("Poisson", p -> Poisson.of(p.get("rate")))
            .refuses(
                run -> Poisson.of(-1),
                "parameter 'rate' of Poisson must be non-negative, but is -1.0"),
        DistributionCase.of("Binomial probs", p -> Binomial.probs(10, p.get(0)))
            .numbers(0.3)
            .inside(0, 4, 10)
            .outside(-1, 11, 0.5)
            .oracle(p -> Oracles.counts(new BinomialDistribution(10, p[0])))
            .operations("17 9 2 9", "21 13 3 13")
            .reference(
                "Binomial",
                p ->
                    p.has("probs")
                        ? Binomial.probs(p.get("total_count"), p.get("probs"))
                        : Binomial.logits(p.get("total_count"), p.get("logits")))
            .refuses(
                run -> Binomial.probs(-1, 0.5),
                "parameter 'totalCount' of Binomial must be non-negative integer, but is -1.0")
            .refuses(
                run -> Binomial.probs(3, 1.5),
                "parameter 'probs' of Binomial must be in the unit interval, but is 1.5")
            .refuses(
                run -> Binomial.logits(3, Double.NaN),
                "parameter 'logits' of Binomial must be real, but is NaN"),
        DistributionCase.of("Binomial logits", p -> Binomial.logits(10, p.get(0)))
            .numbers(0.8)
            .inside(0, 4, 10)
            .outside(-1, 11, 0.5)
            .oracle(p -> Oracles.counts(new BinomialDistribution(10, 1 / (1 + Math.exp(-p[0])))))
            .operations("17 9 2 9", "27 19 3 19"),
        DistributionCase.of("Binomial of counts", p -> Binomial.probs(p.get(0), p.get(1)))
            .numbers(30)
            .with(Entries.NONE)
            .numbers(0.6)
            .inside(0, 20, 29)
            .outside(-1, 31, 0.5)
            .oracle(p -> Oracles.counts(new BinomialDistribution((int) p[0], p[1]))),
        DistributionCase.of("BetaBinomial", p -> BetaBinomial.of(p.get(0), p.get(1), 10))
            .numbers(2.3, 1.4)
            .inside(0, 4, 10)
            .outside(-1, 11, 0.5)
            .operations("46 38 13 38", "46 38 15 38")
            .reference(
                "BetaBinomial",
                p ->
                    BetaBinomial.of(
                        p.get("concentration1"), p.get("concentration0"), p.get("total_count")))
            .refuses(
                run -> BetaBinomial.of(0, 1, 3),
                "parameter 'concentration1' of BetaBinomial must be positive, but is 0.0")
            .refuses(
                run -> BetaBinomial.of(1, -1, 3),
                "parameter 'concentration0' of BetaBinomial must be positive, but is -1.0")
            .refuses(
                run -> BetaBinomial.of(1, 1, -3),
                "parameter 'totalCount' of BetaBinomial must be non-negative integer, but is -3.0"),
        DistributionCase.of("Geometric probs", p -> Geometric.probs(p.get(0)))
            .numbers(0.3)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .oracle(p -> Oracles.counts(new GeometricDistribution(p[0])))
            .operations("8 2 5 2", "10 4 7 4")
            .reference(
                "Geometric",
                p ->
                    p.has("probs")
                        ? Geometric.probs(p.get("probs"))
                        : Geometric.logits(p.get("logits")))
            .refuses(
                run -> Geometric.probs(0),
                "parameter 'probs' of Geometric must be from above 0 to 1, but is 0.0")
            .refuses(
                run -> Geometric.logits(Double.NaN),
                "parameter 'logits' of Geometric must be real, but is NaN"),
        DistributionCase.of("Geometric logits", p -> Geometric.logits(p.get(0)))
            .numbers(-0.8)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .oracle(p -> Oracles.counts(new GeometricDistribution(1 / (1 + Math.exp(-p[0])))))
            .operations("8 2 5 2", "11 5 8 5"),
        DistributionCase.of(
                "NegativeBinomial probs", p -> NegativeBinomial.probs(p.get(0), p.get(1)))
            .numbers(5, 0.4)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .oracle(p -> Oracles.counts(new PascalDistribution((int) p[0], 1 - p[1])))
            .operations("24 16 9 16", "28 19 11 19")
            .reference(
                "NegativeBinomial",
                p ->
                    p.has("probs")
                        ? NegativeBinomial.probs(p.get("total_count"), p.get("probs"))
                        : NegativeBinomial.logits(p.get("total_count"), p.get("logits")))
            .refuses(
                run -> NegativeBinomial.probs(0, 0.5),
                "parameter 'totalCount' of NegativeBinomial must be positive, but is 0.0")
            .refuses(
                run -> NegativeBinomial.probs(3, 1),
                "parameter 'probs' of NegativeBinomial must be from 0 to below 1, but is 1.0")
            .refuses(
                run -> NegativeBinomial.logits(3, Double.NaN),
                "parameter 'logits' of NegativeBinomial must be real, but is NaN"),
        DistributionCase.of(
                "NegativeBinomial logits", p -> NegativeBinomial.logits(p.get(0), p.get(1)))
            .numbers(2.5, -0.6)
            .inside(0, 2, 9)
            .outside(-1, 0.5)
            .operations("28 20 9 20", "36 28 10 28"),
        DistributionCase.of("GammaPoisson", p -> GammaPoisson.of(p.get(0), p.get(1)))
            .numbers(2, 0.5)
            .inside(0, 4, 19)
            .outside(-1, 0.5)
            .oracle(p -> Oracles.counts(new PascalDistribution((int) p[0], p[1] / (1 + p[1]))))
            .operations("28 20 9 20", "36 28 10 28")
            .reference("GammaPoisson", p -> GammaPoisson.of(p.get("concentration"), p.get("rate")))
            .refuses(
                run -> GammaPoisson.of(0, 1),
                "parameter 'concentration' of GammaPoisson must be positive, but is 0.0")
            .refuses(
                run -> GammaPoisson.of(1, -1),
                "parameter 'rate' of GammaPoisson must be positive, but is -1.0"),
        DistributionCase.of("DiscreteUniform", p -> DiscreteUniform.of(p.get(0), p.get(1)))
            .numbers(-2)
            .with(Entries.NONE)
            .numbers(5)
            .with(Entries.NONE)
            .inside(-1, 0, 4)
            .outside(-3, 6, 0.5)
            .oracle(p -> Oracles.counts(new UniformIntegerDistribution((int) p[0], (int) p[1])))
            .operations("8 1 5 1", "14 5 7 5")
            .refuses(
                run -> DiscreteUniform.of(3, 2),
                "parameter 'low' of DiscreteUniform must be at most 'high', but they are 3.0 and"
                    + " 2.0"));
  }
}
