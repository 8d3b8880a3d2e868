package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.Range;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.special.Gamma;
import org.junit.jupiter.api.Test;

/** Where counts lie. */
class BinomialBandTest {

  @Test
  void leavesAtMostHalfOfTheRestOnEachSide() {
    Range<Integer> band = BinomialBand.of(500, 0.9, 0.99);
    BinomialDistribution law = new BinomialDistribution(500, 0.9);
    int low = band.lowerEndpoint();
    int high = band.upperEndpoint();
    assertThat(law.cumulativeProbability(low - 1)).isLessThanOrEqualTo(0.005);
    assertThat(law.cumulativeProbability(low)).isGreaterThan(0.005);
    assertThat(1 - law.cumulativeProbability(high)).isLessThanOrEqualTo(0.005);
    assertThat(1 - law.cumulativeProbability(high - 1)).isGreaterThan(0.005);
  }

  /** Where all probabilities are as likely, all counts are. */
  @Test
  void ofAUniformProbabilityIsUniform() {
    assertThat(BinomialBand.of(99, 1, 1, 0.9)).isEqualTo(Range.closed(5, 94));
  }

  @Test
  void ofABetaLawIsItsMixture() {
    int n = 300;
    double a = 36;
    double b = 4;
    Range<Integer> band = BinomialBand.of(n, a, b, 0.99);
    double inside = 0;
    for (int k = band.lowerEndpoint(); k <= band.upperEndpoint(); k++) {
      inside +=
          Math.exp(
              Gamma.logGamma(n + 1.0)
                  - Gamma.logGamma(k + 1.0)
                  - Gamma.logGamma(n - k + 1.0)
                  + logBeta(k + a, n - k + b)
                  - logBeta(a, b));
    }
    assertThat(inside).isBetween(0.99, 0.995);
  }

  private static double logBeta(double a, double b) {
    return Gamma.logGamma(a) + Gamma.logGamma(b) - Gamma.logGamma(a + b);
  }

  @Test
  void errorsSayWhatIsOutOfRange() {
    assertThatThrownBy(() -> BinomialBand.of(10, 0, 1, 0.9))
        .hasMessage(
            "band is of 10 trials of a probability of law beta(0.0, 1.0), but needs at least 1, and"
                + " positive parameters");
    assertThatThrownBy(() -> BinomialBand.of(10, 0.5, 1))
        .hasMessage("band has probability 1.0, but must have one above 0 and below 1");
  }
}
