package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.ppl4j.distributions.Gamma;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.transforms.Bijections;

/** The rows of distributions made of others. */
final class StructuralCases {

  private StructuralCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of(
                "Transformed",
                p ->
                    TransformedDistribution.of(
                        Normal.of(0, 1), Bijections.affine(p.get(0), p.get(1))))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new NormalDistribution(p[0], p[1]))
            .operations("7 7 3 6", "10 10 5 6"),
        DistributionCase.of(
                "Transformed onto the positive numbers",
                p -> TransformedDistribution.of(Normal.of(p.get(0), p.get(1)), Bijections.exp()))
            .numbers(-0.4, 0.6)
            .inside(0.1, 1, 4)
            .outside(-0.5)
            .oracle(p -> new LogNormalDistribution(p[0], p[1]))
            .operations("11 8 3 6", "13 10 3 10"),
        DistributionCase.of(
                "Transformed by a decreasing chain",
                p ->
                    TransformedDistribution.of(
                        Normal.of(0, 1),
                        Bijections.exp().then(Bijections.affine(p.get(0), p.get(1)))))
            .numbers(0.3, -0.8)
            .inside(-4, -1, 0.1)
            .breaks(0.3)
            .oracle(p -> decreasing(p[0], p[1])),
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

  /** a + b exp(z) for negative b. */
  private static RealDistribution decreasing(double a, double b) {
    NormalDistribution normal = new NormalDistribution(0, 1);
    return Oracles.of(
        Double.NEGATIVE_INFINITY,
        x -> x >= a ? 0 : normal.density(Math.log((x - a) / b)) / (a - x),
        x -> x >= a ? 1 : 1 - normal.cumulativeProbability(Math.log((x - a) / b)));
  }
}
