package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecayTest {

  private static Stream<Optimizer> optimizers() {
    return Stream.of(
        Adam.withRate(0.1).betas(0.9, 0.99),
        AdamW.withRate(0.1).betas(0.9, 0.99),
        Sgd.withRate(0.1).momentum(0.9),
        RmsProp.withRate(0.1).decay(0.99).momentum(0.9));
  }

  /** As of a unit that has died: once there was a gradient. */
  @ParameterizedTest
  @MethodSource("optimizers")
  void whatIsRememberedVanishesAndIsNeverDenormal(Optimizer optimizer) {
    double[] parameter = {1};
    double[][] state = new double[optimizer.stateVectors()][1];
    int steps = 100_000; // 0.99 to that power is 1e-436
    for (int step = 1; step <= steps; step++) {
      optimizer.update(step, parameter, new double[] {step == 1 ? 1 : 0}, state, 0, 1);
      for (double[] of : state) {
        assertThat(of[0] == 0 || Math.abs(of[0]) >= Double.MIN_NORMAL)
            .as("%s at step %s: %s", optimizer, step, of[0])
            .isTrue();
      }
    }
    for (double[] of : state) {
      assertThat(Math.abs(of[0])).isLessThan(1e-300);
    }
  }

  @Test
  void otherNumbersStayAsTheyAre() {
    for (double x : new double[] {0, 1, -0.1, 1e-270, Math.PI * 1e-200, 1e308, Double.MIN_NORMAL}) {
      assertThat(Decay.normal(x)).isEqualTo(x);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1e-300, 0.5, 0.9, 0.99, 0.999, 0.9999999})
  void whatIsSeenIsOneOnceNothingIsMissing(double beta) {
    Decay.Seen seen = Decay.Seen.of(beta);
    int last = Math.min(seen.steps(), 1_000_000);
    for (int step = 1; step <= last + 10; step++) {
      assertThat(seen.at(step)).isEqualTo(1 - Math.pow(beta, step));
    }
  }
}
