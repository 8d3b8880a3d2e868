package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.continuous.WeibullDistribution;
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
            .operations("9 6 4 3", "12 7 4 4")
            .reference("Weibull", p -> Weibull.of(p.get("scale"), p.get("concentration")))
            .refuses(
                run -> Weibull.of(0, 1),
                "parameter 'scale' of Weibull must be positive, but is 0.0")
            .refuses(
                run -> Weibull.of(1, 0),
                "parameter 'concentration' of Weibull must be positive, but is 0.0"));
  }
}
