package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.special.Erf;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ErfcTest {

  /** Hipparchus sums a continued fraction to 1e-15. */
  @Test
  void errorFunctionIsThatOfHipparchus() {
    for (double x = -6; x <= 6; x += 0.0625) {
      assertThat(Erfc.erf(x)).isCloseTo(Erf.erf(x), within(1e-14));
      assertThat(Erfc.of(x)).isCloseTo(Erf.erfc(x), within(1e-14 * (1 + Erf.erfc(x))));
    }
    assertThat(Erfc.erf(1e-20)).isCloseTo(1.12837916709551e-20, within(1e-34));
    assertThat(Erfc.erf(-0.0)).isEqualTo(-0.0);
    assertThat(Erfc.erf(Double.NaN)).isNaN();
  }

  /** By mpmath. */
  @ParameterizedTest
  @CsvSource({
    "-1, 5.008980080762283",
    "0, 1",
    "0.5, 0.6156903441929259",
    "1, 0.42758357615580705",
    "10, 0.05614099274382259",
    "1e9, 5.641895835477563e-10"
  })
  void scaledComplementHasItsDigits(double x, double expected) {
    assertThat(Erfc.scaled(x)).isCloseTo(expected, within(4e-15 * expected));
  }
}
