package org.ppl4j.testing;

import java.util.List;
import org.hipparchus.distribution.continuous.BetaDistribution;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.FDistribution;
import org.ppl4j.distributions.AffineBeta;
import org.ppl4j.distributions.Chi2;
import org.ppl4j.distributions.FisherSnedecor;
import org.ppl4j.distributions.InverseGamma;
import org.ppl4j.distributions.VonMises;

/** The rows of numbers and angles whose cdf needs the incomplete functions of the host. */
final class ShapedCases {

  private ShapedCases() {}

  static List<DistributionCase> all() {
    return List.of(
        DistributionCase.of("Chi2", p -> Chi2.of(p.get(0)))
            .numbers(3.4)
            .inside(0.1, 1, 9)
            .outside(-0.5)
            .oracle(p -> new ChiSquaredDistribution(p[0]))
            .operations("8 3 7 5", "13 7 7 9")
            .reference("Chi2", p -> Chi2.of(p.get("df")))
            .refuses(run -> Chi2.of(0), "parameter 'df' of Chi2 must be positive, but is 0.0"),
        DistributionCase.of("InverseGamma", p -> InverseGamma.of(p.get(0), p.get(1)))
            .numbers(5.3, 1.4)
            .inside(0.1, 0.3, 2)
            .outside(-0.5, 0)
            .operations("9 6 8 5", "13 10 7 9")
            .reference("InverseGamma", p -> InverseGamma.of(p.get("concentration"), p.get("rate")))
            .refuses(
                run -> InverseGamma.of(0, 1),
                "parameter 'concentration' of InverseGamma must be positive, but is 0.0")
            .refuses(
                run -> InverseGamma.of(1, -1),
                "parameter 'rate' of InverseGamma must be positive, but is -1.0"),
        DistributionCase.of("FisherSnedecor", p -> FisherSnedecor.of(p.get(0), p.get(1)))
            .numbers(5.2, 9.7)
            .inside(0.1, 1, 4)
            .outside(-0.5, 0)
            .oracle(p -> new FDistribution(p[0], p[1]))
            .severalNoises()
            .operations("21 16 13 15", "38 33 16 32")
            .reference("FisherSnedecor", p -> FisherSnedecor.of(p.get("df1"), p.get("df2")))
            .refuses(
                run -> FisherSnedecor.of(0, 1),
                "parameter 'df1' of FisherSnedecor must be positive, but is 0.0")
            .refuses(
                run -> FisherSnedecor.of(1, -1),
                "parameter 'df2' of FisherSnedecor must be positive, but is -1.0"),
        DistributionCase.of(
                "AffineBeta", p -> AffineBeta.of(p.get(0), p.get(1), p.get(2), p.get(3)))
            .numbers(2.3, 1.4, -1, 4)
            .inside(-0.5, 1, 2.9)
            .outside(-1.5, 3.5)
            .oracle(p -> Oracles.affine(new BetaDistribution(p[0], p[1]), p[2], p[3]))
            .severalNoises()
            .operations("23 18 11 4", "42 32 13 7")
            .reference(
                "AffineBeta",
                p ->
                    AffineBeta.of(
                        p.get("concentration1"),
                        p.get("concentration0"),
                        p.get("loc"),
                        p.get("scale")))
            .refuses(
                run -> AffineBeta.of(0, 1, 0, 1),
                "parameter 'concentration1' of AffineBeta must be positive, but is 0.0")
            .refuses(
                run -> AffineBeta.of(1, 1, 0, 0),
                "parameter 'scale' of AffineBeta must be positive, but is 0.0"),
        DistributionCase.of("VonMises", p -> VonMises.of(p.get(0), p.get(1)))
            .numbers(0.7, 2.4)
            .inside(-2.5, 0.1, 3)
            .outside(-3.5, 4)
            .circular()
            .operations("13 9 9 8", "14 10 9 11")
            .reference("VonMises", p -> VonMises.of(p.get("loc"), p.get("concentration")))
            .refuses(
                run -> VonMises.of(0, 0),
                "parameter 'concentration' of VonMises must be positive, but is 0.0"),
        DistributionCase.of("VonMises around 0", p -> VonMises.of(p.get(0), p.get(1)))
            .numbers(0, 0.9)
            .inside(-2.5, 0.1, 3)
            .outside(-3.5, 4)
            .circular());
  }
}
