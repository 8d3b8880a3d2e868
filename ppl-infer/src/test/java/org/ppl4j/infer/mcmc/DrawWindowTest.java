package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Rng;

class DrawWindowTest {

  private static ChainState point(double logDensity, double x, double gradient) {
    ChainState point = new ChainState(1);
    point.position[0] = x;
    point.gradient[0] = gradient;
    point.logDensity = logDensity;
    return point;
  }

  @Test
  void olderDrawsMakeRoomForNewer() {
    DrawWindow window = new DrawWindow();
    for (int i = 0; i < 10; i++) {
      window.add(point(0, i, -i));
    }
    assertThat(window.newer()).isEqualTo(10);
    window.advance();
    assertThat(window.size()).isEqualTo(10);
    assertThat(window.newer()).isZero();
    for (int i = 0; i < 4; i++) {
      window.add(point(0, -i, i));
    }
    window.advance();
    assertThat(window.size()).isEqualTo(4);
  }

  @Test
  void drawsThatHaveNotMovedOrHaveNoGradientAreLeftOut() {
    DrawWindow window = new DrawWindow();
    window.add(point(0, 1, 1));
    window.add(point(0, 1, 1));
    window.add(point(0, 2, Double.NaN));
    window.add(point(0, 3, Double.POSITIVE_INFINITY));

    assertThat(window.size()).isEqualTo(1);
  }

  /** 100 nats a number. */
  @Test
  void drawsFromFarAwayAreForgotten() {
    DrawWindow window = new DrawWindow();
    window.add(point(-1000, 1, 1));
    window.add(point(-50, 2, 1));
    window.advance();
    window.add(point(-101, 3, 1));
    assertThat(window.size()).isEqualTo(2);
    window.add(point(0, 4, 1));
    assertThat(window.size()).isEqualTo(1);
    assertThat(window.newer()).isEqualTo(1);
  }

  /** Of N(0, s²) in D numbers, and on the way to it by half an sd a draw. */
  @ParameterizedTest
  @ValueSource(ints = {1, 5, 100})
  void aChainRestsWhereItsGradientsCancel(int size) {
    int atRest = 0;
    for (int seed = 0; seed < 100; seed++) {
      atRest += window(size, seed, 0).isAtRest(DiagonalMass.unit(size)) ? 1 : 0;
      assertThat(window(size, seed, 0.5).isAtRest(DiagonalMass.unit(size))).isFalse();
    }

    assertThat(atRest).isEqualTo(100);
  }

  private static DrawWindow window(int size, int seed, double drift) {
    DrawWindow window = new DrawWindow();
    Rng rng = Targets.noise(seed);
    ChainState point = new ChainState(size);
    point.logDensity = 0;
    for (int n = 0; n < 10; n++) {
      for (int i = 0; i < size; i++) {
        point.position[i] = rng.nextNormal() + drift * (20 - n);
        point.gradient[i] = -point.position[i];
      }
      window.add(point);
    }
    return window;
  }
}
