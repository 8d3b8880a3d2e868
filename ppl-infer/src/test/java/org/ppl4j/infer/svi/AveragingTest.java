package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class AveragingTest {

  private static double average(Averaging averaging, double... x) {
    double a = 0;
    for (int t = 1; t <= x.length; t++) {
      a += averaging.weight(t) * (x[t - 1] - a);
    }
    return a;
  }

  @Test
  void exponentialIsTheCorrectedMovingAverage() {
    double[] x = {3, -1, 4, 1, -5, 9};
    double d = 0.8;
    double moving = 0;
    for (double each : x) {
      moving = d * moving + (1 - d) * each;
    }

    assertThat(average(Averaging.exponential(d), x))
        .isCloseTo(moving / (1 - Math.pow(d, x.length)), within(1e-14));
    assertThat(average(Averaging.exponential(d), 7)).isEqualTo(7);
  }

  @Test
  void polynomialWithoutExponentIsTheMean() {
    assertThat(average(Averaging.polynomial(0), 3, -1, 4)).isCloseTo(2, within(1e-14));
  }

  @Test
  void showsItself() {
    assertThat(Averaging.exponential(0.99)).hasToString("exponential 0.99");
    assertThat(Averaging.polynomial(3)).hasToString("polynomial 3.0");
    assertThat(Averaging.none()).hasToString("none");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> Averaging.exponential(1))
        .hasMessage("averaging has decay 1.0, but it must be in (0, 1)");
    assertThatThrownBy(() -> Averaging.polynomial(-1))
        .hasMessage("averaging has eta -1.0, but it must not be negative");
  }
}
