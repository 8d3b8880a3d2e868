package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Labels of axes. */
class PanelTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0.6000000000000001 | 0.2 | 0.6",
        "-1500 | 500 | -1500",
        "-15000 | 5000 | -15,000",
        "1234567 | 1000 | 1,234,567",
        "700000 | 200000 | 700,000",
        "25000000 | 10000000 | 2.5·10⁷",
        "0 | 10000000 | 0",
        "-3e-12 | 1e-12 | -3·10⁻¹²",
        "2.7755575615628914E-17 | 0.1 | 0",
        "2000.5 | 0.5 | 2000.5"
      })
  void areShort(double x, double step, String label) {
    assertThat(Panel.label(x, step)).isEqualTo(label);
  }
}
