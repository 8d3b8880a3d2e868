package org.ppl4j.testing;

import java.util.List;
import java.util.function.DoubleUnaryOperator;
import org.hipparchus.distribution.RealDistribution;
import org.hipparchus.distribution.continuous.ExponentialDistribution;
import org.hipparchus.distribution.continuous.LogisticDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.ppl4j.distributions.Censored;
import org.ppl4j.distributions.Exponential;
import org.ppl4j.distributions.Geometric;
import org.ppl4j.distributions.Logistic;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.Truncated;
import org.ppl4j.distributions.TruncatedNormal;

/** The rows of distributions cut off at bounds. */
final class CutCases {

  private CutCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of(
                "TruncatedNormal", p -> TruncatedNormal.of(p.get(0), p.get(1), p.get(2), p.get(3)))
            .numbers(0.3, 1.7, -1, 2.5)
            .inside(-0.9, 0.1, 2.4)
            .outside(-1.5, 2.6)
            .oracle(p -> truncated(new NormalDistribution(p[0], p[1]), p[2], p[3]))
            .operations("15 10 40 7", "25 18 50 8")
            .reference(
                "TruncatedNormal",
                p -> TruncatedNormal.of(p.get("loc"), p.get("scale"), p.get("low"), p.get("high")))
            .refuses(
                run -> TruncatedNormal.of(0, 0, 0, 1),
                "parameter 'scale' of TruncatedNormal must be positive, but is 0.0")
            .refuses(
                run -> TruncatedNormal.of(0, 1, Double.NaN, 1),
                "parameter 'low' of TruncatedNormal must be real, but is NaN")
            .refuses(
                run -> TruncatedNormal.of(0, 1, 1, 1),
                "parameter 'low' of TruncatedNormal must be below 'high', but they are 1.0 and"
                    + " 1.0"),
        DistributionCase.of(
                "TruncatedNormal above",
                p -> TruncatedNormal.of(p.get(0), p.get(1), 4, Double.POSITIVE_INFINITY))
            .numbers(0.3, 0.7)
            .inside(4.01, 4.2, 5)
            .outside(3.9)
            .operations("13 10 41 7", "21 18 53 8"),
        DistributionCase.of(
                "Truncated logistic", p -> Truncated.of(Logistic.of(p.get(0), p.get(1)), -1, 2.5))
            .numbers(0.3, 1.7)
            .inside(-0.9, 0.1, 2.4)
            .outside(-1.5, 2.6)
            .oracle(
                p -> truncated(Oracles.affine(new LogisticDistribution(0, 1), p[0], p[1]), -1, 2.5))
            .operations("41 36 116 10", "55 50 135 11")
            .refuses(
                run -> Truncated.of(Logistic.of(0, 1), 2, 1),
                "parameter 'low' of Truncated must be below 'high', but they are 2.0 and 1.0")
            .refuses(
                run -> Truncated.of(Logistic.of(0, 1), 2, Double.NaN),
                "bounds of Truncated are 2.0 and NaN, but must be numbers or infinite")
            .refuses(
                run -> Truncated.of(Normal.standard(3).toEvent(1), 0, 1),
                "distribution 'Normal' has event shape (3), but only numbers can be truncated; do"
                    + " it before toEvent"),
        DistributionCase.of(
                "Truncated exponential", p -> Truncated.of(Exponential.of(p.get(0)), -1, p.get(1)))
            .numbers(0.7, 2.5)
            .inside(0.2, 0.9, 2.4)
            .outside(-1.5, 2.6)
            .oracle(p -> truncated(new ExponentialDistribution(1 / p[0]), 0, p[1])),
        DistributionCase.of(
                "Truncated geometric", p -> Truncated.of(Geometric.probs(p.get(0)), 1.5, 5.5))
            .numbers(0.3)
            .inside(2, 3, 5)
            .outside(-1, 0, 1, 6, 2.5),
        DistributionCase.of(
                "Censored", p -> Censored.of(Normal.of(p.get(0), p.get(1)), p.get(2), p.get(3)))
            .numbers(0.3, 1.7, -1, 2.5)
            .inside(-0.9, 0.1, 2.4)
            .outside(-1.5, 2.6)
            .atoms(-1, 2.5)
            .operations("25 20 5 25", "33 25 7 32")
            .refuses(
                run -> Censored.of(Normal.standard(3).toEvent(1), 0, 1),
                "distribution 'Normal' has event shape (3), but only numbers can be censored; do it"
                    + " before toEvent"),
        DistributionCase.of(
                "Censored above",
                p -> Censored.of(Exponential.of(p.get(0)), Double.NEGATIVE_INFINITY, 2.5))
            .numbers(0.7)
            .inside(0.1, 0.9, 2.4)
            .outside(-1.5, 2.6)
            .atoms(2.5),
        DistributionCase.of("Censored geometric", p -> Censored.of(Geometric.probs(p.get(0)), 1, 4))
            .numbers(0.3)
            .inside(1, 2, 4)
            .outside(-1, 0, 5, 1.5));
  }

  /** The part between two bounds. */
  private static RealDistribution truncated(RealDistribution base, double low, double high) {
    double from = base.cumulativeProbability(low);
    double mass = base.cumulativeProbability(high) - from;
    DoubleUnaryOperator cdf = x -> (base.cumulativeProbability(Math.min(x, high)) - from) / mass;
    return Oracles.of(low, x -> x > high ? 0 : base.density(x) / mass, cdf);
  }
}
