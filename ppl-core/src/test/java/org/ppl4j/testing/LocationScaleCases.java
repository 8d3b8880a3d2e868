package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.continuous.GumbelDistribution;
import org.hipparchus.distribution.continuous.LaplaceDistribution;
import org.hipparchus.distribution.continuous.LogisticDistribution;
import org.ppl4j.distributions.AsymmetricLaplace;
import org.ppl4j.distributions.Gumbel;
import org.ppl4j.distributions.Laplace;
import org.ppl4j.distributions.Logistic;
import org.ppl4j.distributions.SkewLaplace;
import org.ppl4j.distributions.SkewLogistic;

/** The rows of exponential-tailed families of a location and a scale. */
final class LocationScaleCases {

  private LocationScaleCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Laplace", p -> Laplace.of(p.get(0), p.get(1)))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .breaks(0.3)
            .oracle(p -> new LaplaceDistribution(p[0], p[1]))
            .operations("6 6 2 4", "7 7 2 7")
            .reference("Laplace", p -> Laplace.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> Laplace.of(Double.NaN, 1),
                "parameter 'loc' of Laplace must be real, but is NaN")
            .refuses(
                run -> Laplace.of(0, -1),
                "parameter 'scale' of Laplace must be positive, but is -1.0"),
        DistributionCase.of(
                "AsymmetricLaplace", p -> AsymmetricLaplace.of(p.get(0), p.get(1), p.get(2)))
            .numbers(0.3, 1.7, 0.6)
            .inside(-2, 0.1, 3)
            .breaks(0.3)
            .oracle(p -> Oracles.twoSided(p[0], p[1] * p[2], p[1] / p[2]))
            .operations("7 7 10 1", "11 11 16 4")
            .reference(
                "AsymmetricLaplace",
                p -> AsymmetricLaplace.of(p.get("loc"), p.get("scale"), p.get("asymmetry")))
            .refuses(
                run -> AsymmetricLaplace.of(0, 0, 1),
                "parameter 'scale' of AsymmetricLaplace must be positive, but is 0.0")
            .refuses(
                run -> AsymmetricLaplace.of(0, 1, -2),
                "parameter 'asymmetry' of AsymmetricLaplace must be positive, but is -2.0"),
        DistributionCase.of("SkewLaplace", p -> SkewLaplace.of(p.get(0), p.get(1), p.get(2)))
            .numbers(0.3, 1.7, 0.8)
            .inside(-2, 0.1, 3)
            .breaks(0.3)
            .oracle(p -> Oracles.twoSided(p[0], p[1] / 2 / (1 - p[2]), p[1] / 2 / p[2]))
            .operations("7 7 10 1", "13 13 19 4")
            .reference(
                "SkewLaplace", p -> SkewLaplace.of(p.get("loc"), p.get("scale"), p.get("tau")))
            .refuses(
                run -> SkewLaplace.of(0, 0, 0.5),
                "parameter 'scale' of SkewLaplace must be positive, but is 0.0")
            .refuses(
                run -> SkewLaplace.of(0, 1, 1),
                "parameter 'tau' of SkewLaplace must be strictly between 0 and 1, but is 1.0"),
        DistributionCase.of("Logistic", p -> Logistic.of(p.get(0), p.get(1)))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            // Hipparchus divides by the square of the scale in the variance.
            .oracle(p -> Oracles.affine(new LogisticDistribution(0, 1), p[0], p[1]))
            .operations("8 8 2 6", "9 9 2 9")
            .reference("Logistic", p -> Logistic.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> Logistic.of(0, 0),
                "parameter 'scale' of Logistic must be positive, but is 0.0"),
        DistributionCase.of("SkewLogistic", p -> SkewLogistic.of(p.get(0), p.get(1), p.get(2)))
            .numbers(0.3, 1.7, 0.6)
            .inside(-2, 0.1, 3)
            .oracle(
                p ->
                    Oracles.of(
                        Double.NEGATIVE_INFINITY,
                        x -> {
                          double z = Math.exp((p[0] - x) / p[1]);
                          return p[2] / p[1] * z * Math.pow(1 + z, -p[2] - 1);
                        },
                        x -> Math.pow(1 + Math.exp((p[0] - x) / p[1]), -p[2])))
            .operations("8 8 7 3", "11 11 7 8")
            .reference(
                "SkewLogistic",
                p -> SkewLogistic.of(p.get("loc"), p.get("scale"), p.get("asymmetry")))
            .refuses(
                run -> SkewLogistic.of(0, 0, 1),
                "parameter 'scale' of SkewLogistic must be positive, but is 0.0")
            .refuses(
                run -> SkewLogistic.of(0, 1, 0),
                "parameter 'asymmetry' of SkewLogistic must be positive, but is 0.0"),
        DistributionCase.of("Gumbel", p -> Gumbel.of(p.get(0), p.get(1)))
            .numbers(0.3, 1.7)
            .inside(-2, 0.1, 3)
            .oracle(p -> new GumbelDistribution(p[0], p[1]))
            .operations("8 8 2 6", "9 9 2 9")
            .reference("Gumbel", p -> Gumbel.of(p.get("loc"), p.get("scale")))
            .refuses(
                run -> Gumbel.of(0, 0),
                "parameter 'scale' of Gumbel must be positive, but is 0.0"));
  }
}
