package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GammaDerivativeTest {

  /** 1e-12 relative: six digits better than what is promised to users. */
  private static final Percentage TWELVE_DIGITS = Percentage.withPercentage(1e-10);

  @ParameterizedTest
  @CsvFileSource(resources = "gamma_derivative.csv")
  void agreesWithThirtyDigits(double concentration, double logZ, double derivative) {
    assertThat(GammaDerivative.of(concentration, logZ)).isCloseTo(derivative, TWELVE_DIGITS);
  }

  /**
   * Series to fraction, at concentration 30 to the uniform expansion, and at the end of its range.
   */
  @Test
  void roadsMeetWhereTheyChange() {
    for (double concentration : new double[] {0.5, 1, 2, 2.5, 10, 29}) {
      double border = Math.log(Math.max(concentration, 2.0));
      double below = GammaDerivative.of(concentration, border - 1e-15);
      double above = GammaDerivative.of(concentration, border + 1e-15);
      assertThat(above).isCloseTo(below, TWELVE_DIGITS);
    }
    for (double deviation : new double[] {-4, -2, 0, 2, 5}) {
      double logZ = Math.log(30 + deviation * Math.sqrt(30));
      double below = GammaDerivative.of(Math.nextDown(30.0), logZ);
      assertThat(GammaDerivative.of(30.0, logZ)).isCloseTo(below, Percentage.withPercentage(1e-9));
    }
    for (double eta : new double[] {-1, 1}) {
      double mu = eta < 0 ? -0.6983 : 1.3577;
      double logZ = Math.log(100) + Math.log1p(mu);
      double inner = GammaDerivative.of(100, logZ - 1e-4 * eta);
      double outer = GammaDerivative.of(100, logZ + 1e-4 * eta);
      assertThat(outer).isCloseTo(inner, Percentage.withPercentage(0.02));
    }
  }

  /** Far out of the table: log z = log a + small, so the derivative is 1/a to first order. */
  @ParameterizedTest
  @ValueSource(doubles = {1e6, 1e8, 1e12})
  void hugeConcentrationsScale(double concentration) {
    double derivative = GammaDerivative.of(concentration, Math.log(concentration));

    assertThat(derivative * concentration).isCloseTo(1.0, within(1.0 / concentration));
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 0", "NaN, 0", "1, NaN"})
  void badInputGivesNan(double concentration, double logZ) {
    assertThat(GammaDerivative.of(concentration, logZ)).isNaN();
  }
}
