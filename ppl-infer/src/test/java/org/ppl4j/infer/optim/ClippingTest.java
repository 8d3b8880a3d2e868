package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ClippingTest {

  @Test
  void fixedNormShortensLongerGradientsOnly() {
    Clipping clipping = Clipping.norm(10);

    assertThat(clipping.factor(10, Double.NaN)).isEqualTo(1);
    assertThat(clipping.factor(40, Double.NaN)).isEqualTo(0.25);
    assertThat(clipping.factor(0, Double.NaN)).isEqualTo(1);
  }

  @Test
  void relativeFollowsTheUsualNorm() {
    Clipping clipping = Clipping.relative(10);
    double mean = Double.NaN;
    for (int i = 0; i < 100; i++) {
      assertThat(clipping.factor(2000, mean)).isEqualTo(1);
      mean = clipping.mean(2000, mean);
    }

    assertThat(mean).isEqualTo(2000);
    assertThat(clipping.factor(200_000, mean)).isEqualTo(0.1);
    assertThat(clipping.mean(200_000, mean)).isCloseTo(2000 + 0.05 * 18_000, within(1e-9));
  }

  @Test
  void relativeRecoversFromAGradientOfZero() {
    Clipping clipping = Clipping.relative(10);

    assertThat(clipping.factor(5, 0)).isEqualTo(1);
    assertThat(clipping.mean(5, 0)).isEqualTo(0.25);
  }

  @Test
  void noneLeavesEverything() {
    assertThat(Clipping.none().factor(1e300, 1e-300)).isEqualTo(1);
    assertThat(Clipping.none()).hasToString("none");
  }

  @Test
  void refusesBoundsThatCannotBe() {
    assertThatThrownBy(() -> Clipping.norm(0))
        .hasMessage("clipping has norm 0.0, but it must be positive");
    assertThatThrownBy(() -> Clipping.relative(1))
        .hasMessage("clipping has factor 1.0, but it must be greater than 1");
  }
}
