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
import org.ppl4j.distributions.Beta;
import org.ppl4j.distributions.Cauchy;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.HalfCauchy;
import org.ppl4j.distributions.HalfNormal;
import org.ppl4j.distributions.LogNormal;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.StudentT;
import org.ppl4j.distributions.Uniform;

/** The rows of numbers with a density. */
final class ContinuousCases {

  private ContinuousCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Normal", p -> Normal.of(p.get(0), p.get(1)))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1]))
            .operations("5 5 2 3", "7 7 2 7")
            .reference("Normal", p -> Normal.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> Normal.of(Double.NaN, 1),
                "parameter 'loc' of Normal must be real, but is NaN")
            .refuses(
                run -> Normal.of(0, -1),
                "parameter 'scale' of Normal must be positive, but is -1.0")
            .refuses(
                run -> Normal.of(0, 0), "parameter 'scale' of Normal must be positive, but is 0.0")
            .refuses(
                run -> Normal.of(0, Double.POSITIVE_INFINITY),
                "parameter 'scale' of Normal must be positive, but is Infinity"),
        DistributionCase.of("Normal standard", p -> Normal.of(p.get(0), p.get(1)))
            .numbers(0, 1)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1]))
            .operations("3 3 0 3", "7 7 2 7"),
        DistributionCase.of("HalfNormal", p -> HalfNormal.of(p.get(0)))
            .numbers(1.7)
            .inside(0.1, 1, 4)
            .outside(-0.5, -1e-9)
            .oracle(p -> Oracles.folded(new NormalDistribution(0, p[0])))
            .operations("6 4 2 3", "8 6 2 5")
            .reference("HalfNormal", p -> HalfNormal.of(p.get("scale")))
            .refuses(
                run -> HalfNormal.of(0),
                "parameter 'scale' of HalfNormal must be positive, but is 0.0"),
        DistributionCase.of("LogNormal", p -> LogNormal.of(p.get(0), p.get(1)))
            .numbers(-0.4, 0.6)
            .inside(0.1, 1, 4)
            .outside(-0.5, 0)
            .oracle(p -> new LogNormalDistribution(p[0], p[1]))
            .operations("10 7 3 4", "12 9 3 6")
            .reference("LogNormal", p -> LogNormal.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> LogNormal.of(0, -2),
                "parameter 'scale' of LogNormal must be positive, but is -2.0"),
        DistributionCase.of("Cauchy", p -> Cauchy.of(p.get(0), p.get(1)))
            .numbers(-0.5, 0.8)
            .inside(-20, 0.1, 3)
            .oracle(p -> new CauchyDistribution(p[0], p[1]))
            .operations("4 4 5 2", "6 6 5 6")
            .reference("Cauchy", p -> Cauchy.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> Cauchy.of(0, -2),
                "parameter 'scale' of Cauchy must be positive, but is -2.0"),
        DistributionCase.of("HalfCauchy", p -> HalfCauchy.of(p.get(0)))
            .numbers(2.5)
            .inside(0.1, 1, 40)
            .outside(-0.5)
            .oracle(p -> Oracles.folded(new CauchyDistribution(0, p[0])))
            .operations("5 3 3 2", "7 5 3 4")
            .reference("HalfCauchy", p -> HalfCauchy.of(p.get("scale")))
            .refuses(
                run -> HalfCauchy.of(-2),
                "parameter 'scale' of HalfCauchy must be positive, but is -2.0"),
        DistributionCase.of("StudentT", p -> StudentT.of(p.get(0), p.get(1), p.get(2)))
            .numbers(5.5, 0.4, 1.3)
            .inside(-4, 0.1, 3)
            .oracle(p -> Oracles.affine(new TDistribution(p[0]), p[1], p[2]))
            .severalNoises()
            .operations("6 6 11 8", "19 19 16 20")
            .reference("StudentT", p -> StudentT.of(p.get("df"), p.get("loc"), p.get("scale")))
            .refuses(
                run -> StudentT.of(0, 0, 1),
                "parameter 'df' of StudentT must be positive, but is 0.0")
            .refuses(
                run -> StudentT.of(1, 0, 0),
                "parameter 'scale' of StudentT must be positive, but is 0.0"),
        DistributionCase.of("Exponential", p -> Exponential.of(p.get(0)))
            .numbers(0.7)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new ExponentialDistribution(1 / p[0]))
            .operations("4 2 3 1", "5 3 3 2")
            .reference("Exponential", p -> Exponential.of(p.get("rate")))
            .refuses(
                run -> Exponential.of(0),
                "parameter 'rate' of Exponential must be positive, but is 0.0"),
        DistributionCase.of("Gamma", p -> Gamma.of(p.get(0), p.get(1)))
            .numbers(2.3, 1.4)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new GammaDistribution(p[0], 1 / p[1]))
            .operations("8 3 7 5", "12 7 8 10")
            .reference("Gamma", p -> Gamma.of(p.get("concentration"), p.get("rate")))
            .refuses(
                run -> Gamma.of(0, 1),
                "parameter 'concentration' of Gamma must be positive, but is 0.0")
            .refuses(
                run -> Gamma.of(1, -1), "parameter 'rate' of Gamma must be positive, but is -1.0"),
        DistributionCase.of("Gamma below one", p -> Gamma.of(p.get(0), p.get(1)))
            .numbers(0.4, 3)
            .inside(0.05, 0.1, 1)
            .outside(-0.5)
            .oracle(p -> new GammaDistribution(p[0], 1 / p[1]))
            .operations("8 3 7 5", "12 7 8 10"),
        DistributionCase.of("Beta", p -> Beta.of(p.get(0), p.get(1)))
            .numbers(2.3, 1.4)
            .inside(0.1, 0.5, 0.99)
            .outside(-0.5, 1.5)
            .oracle(p -> new BetaDistribution(p[0], p[1]))
            .severalNoises()
            .operations("13 8 10 4", "25 18 10 4")
            .reference("Beta", p -> Beta.of(p.get("concentration1"), p.get("concentration0")))
            .refuses(
                run -> Beta.of(-1, 1),
                "parameter 'concentration1' of Beta must be positive, but is -1.0")
            .refuses(
                run -> Beta.of(1, 0),
                "parameter 'concentration0' of Beta must be positive, but is 0.0"),
        DistributionCase.of("Beta below one", p -> Beta.of(p.get(0), p.get(1)))
            .numbers(0.5, 1.2)
            .inside(0.01, 0.5, 0.9)
            .outside(-0.5, 1.5)
            .oracle(p -> new BetaDistribution(p[0], p[1]))
            .severalNoises()
            .operations("13 8 10 4", "25 18 10 4"),
        DistributionCase.of("Uniform", p -> Uniform.of(p.get(0), p.get(1)))
            .numbers(-1.5, 2)
            .inside(-1, 0, 1.9)
            .outside(-1.6, 2.1)
            .oracle(p -> new UniformRealDistribution(p[0], p[1]))
            .operations("5 1 2 1", "10 4 3 3")
            .reference("Uniform", p -> Uniform.of(p.get("low"), p.get("high")))
            .refuses(
                run -> Uniform.of(1, 1),
                "parameter 'low' of Uniform must be below 'high', but they are 1.0 and 1.0"));
  }
}
