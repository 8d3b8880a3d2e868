package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.CauchyDistribution;
import org.hipparchus.distribution.continuous.ExponentialDistribution;
import org.hipparchus.distribution.continuous.GammaDistribution;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.hipparchus.distribution.continuous.TDistribution;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.ppl4j.distributions.Bernoulli;
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Categorical;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.distributions.Uniform;
import org.ppl4j.transforms.Bijections;

/** The table of distributions: a new family is a row, and all laws hold for it. */
public final class DistributionCases {

  private DistributionCases() {}

  /** Every row. */
  public static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Normal", p -> Normal.of(p.get(0), p.get(1)))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1])),
        DistributionCase.of("Normal standard", p -> Normal.of(p.get(0), p.get(1)))
            .numbers(0, 1)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1])),
        DistributionCase.of("HalfNormal", p -> HalfNormal.of(p.get(0)))
            .numbers(1.7)
            .inside(0.1, 1, 4)
            .outside(-0.5, -1e-9)
            .oracle(p -> Oracles.folded(new NormalDistribution(0, p[0]))),
        DistributionCase.of("LogNormal", p -> LogNormal.of(p.get(0), p.get(1)))
            .numbers(-0.4, 0.6)
            .inside(0.1, 1, 4)
            .outside(-0.5, 0)
            .oracle(p -> new LogNormalDistribution(p[0], p[1])),
        DistributionCase.of("Cauchy", p -> Cauchy.of(p.get(0), p.get(1)))
            .numbers(-0.5, 0.8)
            .inside(-20, 0.1, 3)
            .oracle(p -> new CauchyDistribution(p[0], p[1])),
        DistributionCase.of("HalfCauchy", p -> HalfCauchy.of(p.get(0)))
            .numbers(2.5)
            .inside(0.1, 1, 40)
            .outside(-0.5)
            .oracle(p -> Oracles.folded(new CauchyDistribution(0, p[0]))),
        DistributionCase.of("StudentT", p -> StudentT.of(p.get(0), p.get(1), p.get(2)))
            .numbers(5.5, 0.4, 1.3)
            .inside(-4, 0.1, 3)
            .oracle(p -> Oracles.affine(new TDistribution(p[0]), p[1], p[2]))
            .severalNoises(),
        DistributionCase.of("Exponential", p -> Exponential.of(p.get(0)))
            .numbers(0.7)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new ExponentialDistribution(1 / p[0])),
        DistributionCase.of("Gamma", p -> Gamma.of(p.get(0), p.get(1)))
            .numbers(2.3, 1.4)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new GammaDistribution(p[0], 1 / p[1])),
        DistributionCase.of("Gamma below one", p -> Gamma.of(p.get(0), p.get(1)))
            .numbers(0.4, 3)
            .inside(0.05, 0.1, 1)
            .outside(-0.5)
            .oracle(p -> new GammaDistribution(p[0], 1 / p[1])),
        DistributionCase.of("Beta", p -> Beta.of(p.get(0), p.get(1)))
            .numbers(2.3, 1.4)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> new BetaDistribution(p[0], p[1]))
            .severalNoises(),
        DistributionCase.of("Beta below one", p -> Beta.of(p.get(0), p.get(1)))
            .numbers(0.5, 1.2)
            .inside(0.01, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> new BetaDistribution(p[0], p[1]))
            .severalNoises(),
        DistributionCase.of("Uniform", p -> Uniform.of(p.get(0), p.get(1)))
            .numbers(-1.5, 2)
            .inside(-1, 0, 1.9)
            .outside(-1.6, 2.1)
            .oracle(p -> new UniformRealDistribution(p[0], p[1])),
        DistributionCase.of("Bernoulli probs", p -> Bernoulli.probs(p.get(0)))
            .numbers(0.3)
            .inside(0, 1)
            .outside(0.5, -1, 2),
        DistributionCase.of("Bernoulli logits", p -> Bernoulli.logits(p.get(0)))
            .numbers(0.8)
            .inside(0, 1)
            .outside(0.5, -1, 2),
        DistributionCase.of("Categorical probs", p -> Categorical.probs(p.get(0)))
            .vector(0.2, 0.5, 0.7, 0.6)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5),
        DistributionCase.of("Categorical logits", p -> Categorical.logits(p.get(0)))
            .vector(-0.3, 0.5, 2, 0.6)
            .inside(0, 1, 3)
            .outside(-1, 4, 1.5),
        DistributionCase.of(
                "Transformed",
                p ->
                    TransformedDistribution.of(
                        Normal.of(0, 1), Bijections.affine(p.get(0), p.get(1))))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1])),
        DistributionCase.of(
                "Transformed onto the positive numbers",
                p -> TransformedDistribution.of(Normal.of(p.get(0), p.get(1)), Bijections.exp()))
            .numbers(-0.4, 0.6)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new LogNormalDistribution(p[0], p[1])),
        DistributionCase.of("Normal vector", p -> Normal.of(p.get(0), p.get(1)).toEvent(1))
            .vector(0.3, -1)
            .vector(1.7, 0.6)
            .inside(-2, 0.1, 3, -1),
        DistributionCase.of("Gamma vector", p -> Gamma.of(p.get(0), p.get(1)).toEvent(1))
            .vector(2.3, 0.6)
            .vector(1.4, 2)
            .inside(0.1, 1, 3, 0.2)
            .outside(0.1, -1, -2, -3),
        DistributionCase.of(
                "Transformed onto the simplex",
                p ->
                    TransformedDistribution.of(
                        Normal.of(p.get(0), p.get(1)).toEvent(1), Bijections.stickBreaking()))
            .vector(0.3, -0.5)
            .vector(0.7, 1.2)
            .inside(0.2, 0.3, 0.5, 0.6, 0.3, 0.1)
            .outside(0.5, 0.5, 0.5, 1.2, -0.1, -0.1));
  }

  /** The row of that name. */
  public static DistributionCase named(String name) {
    return all().stream().filter(row -> row.name().equals(name)).findFirst().orElseThrow();
  }
}
