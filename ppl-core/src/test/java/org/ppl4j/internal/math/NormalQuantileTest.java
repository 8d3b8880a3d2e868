package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Percentage;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class NormalQuantileTest {

  /** A few units in the last place: what the published coefficients promise. */
  private static final Percentage LAST_DIGITS = Percentage.withPercentage(1e-13);

  @ParameterizedTest
  @CsvFileSource(resources = "normal_quantile.csv")
  void agreesWithThirtyDigits(double p, double quantile) {
    assertThat(NormalQuantile.of(p)).isCloseTo(quantile, LAST_DIGITS);
  }
}
