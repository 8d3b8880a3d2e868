package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WordingTest {

  @ParameterizedTest
  @CsvSource({
    "1.01, 1.0104, 3, 1.0104",
    "1.01, 1.0101, 3, 1.0101",
    "1.01, 1.01, 3, 1.010",
    "1.01, 1.0099999, 3, 1.0099999",
    "1.01, 1.25, 3, 1.250",
    "400, 399.96, 0, 399.96",
    "400, 12.3, 0, 12",
    "0.7, NaN, 2, NaN",
    "0.7, Infinity, 2, Infinity",
    "1, 0.99999999999999989, 2, 0.9999999999999999"
  })
  void aFigureIsSeenOnItsSideOfABound(double bound, double figure, int decimals, String text) {
    assertThat(Wording.beside(bound, figure, decimals)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0.3, 0.30",
    "0.0042, 0.0042",
    "1, 1",
    "1234.4, '1,234'",
    "0.96, 1",
    "0.9499, 0.95",
    "99.6, 100"
  })
  void aRateIsNeverNothing(double perSecond, String text) {
    assertThat(Wording.rate(perSecond)).isEqualTo(text);
  }

  @Test
  void aWarningAppearsOnce() {
    assertThat(Wording.warnings(List.of("far out", "too few", "far out")))
        .isEqualTo(String.format("%n  warning: far out%n  warning: too few"));
    assertThat(Wording.warnings(List.of())).isEmpty();
  }
}
