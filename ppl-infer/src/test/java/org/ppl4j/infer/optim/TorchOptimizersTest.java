package org.ppl4j.infer.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Named.named;

import ai.djl.training.tracker.Tracker;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Five steps of each optimizer from (0.5, −1, 2) under the gradient (0.3 t, 1 − 0.2 t², 0.01 (−1)ᵗ)
 * + 0.1 x give what {@code torch.optim} of PyTorch 2.13 gives in float64.
 */
class TorchOptimizersTest {

  /** An optimizer and where PyTorch's ends. */
  @SuppressWarnings("ArrayRecordComponent") // compared by nobody
  private record Case(Optimizer optimizer, double... end) {}

  static Stream<Named<Case>> cases() {
    return Stream.of(
            new Case(
                Adam.withRate(0.05).betas(0.8, 0.95).epsilon(1e-6), // Adam(0.05, (0.8, 0.95), 1e-6)
                0.2510003260302043,
                -1.0009011603909466,
                1.7508296464499074),
            new Case(
                AdamW.withRate(0.05).decay(0.1), // AdamW(0.05, weight_decay=0.1)
                0.24597336839978384,
                -0.990505147182996,
                1.7037025703789488),
            new Case(
                AdamW.withRate(0.05).betas(0.8, 0.95).epsilon(1e-6), // weight_decay=0.01
                0.24999898569774603,
                -0.9982845923479426,
                1.7461048460658295),
            new Case(
                RmsProp.withRate(0.05).decay(0.9).epsilon(1e-6), // RMSprop(0.05, 0.9, 1e-6)
                -0.1531761001253169,
                -0.7680150366513346,
                1.49129358608976),
            new Case(
                RmsProp.withRate(0.05).momentum(0.7), // RMSprop(0.05, momentum=0.7)
                -3.730104589684649,
                -0.4024027998058449,
                -0.5458595931280268),
            new Case(
                Adagrad.withRate(0.05), // Adagrad(0.05)
                0.2973598161809456,
                -0.930213908879008,
                1.8398488122227648),
            new Case(
                Adagrad.withRate(0.05).epsilon(0.01), // Adagrad(0.05, eps=0.01)
                0.3000169454579764,
                -0.930022562138689,
                1.845429001768424),
            new Case(
                Sgd.withRate(0.05), // SGD(0.05)
                0.26411876280156243,
                -0.6752544818968749,
                1.9509925560565624),
            new Case(
                Sgd.withRate(0.05).momentum(0.9), // SGD(0.05, momentum=0.9)
                -0.004235568073437485,
                -0.6132880936468749,
                1.8713087585815624),
            new Case(
                Sgd.withRate(0.05).nesterov(0.9), // SGD(0.05, momentum=0.9, nesterov=True)
                -0.18524899456387958,
                -0.32652834641850903,
                1.8366596912830904))
        .map(each -> named(each.optimizer().toString(), each));
  }

  private static double[] fiveSteps(Optimizer optimizer) {
    double[] x = {0.5, -1, 2};
    double[][] state = new double[optimizer.stateVectors()][3];
    for (int t = 1; t <= 5; t++) {
      double[] g = {0.3 * t, 1 - 0.2 * t * t, t % 2 == 0 ? 0.01 : -0.01};
      for (int i = 0; i < x.length; i++) {
        g[i] += 0.1 * x[i];
      }
      optimizer.update(t, x, g, state, 0, 1);
      optimizer.update(t, x, g, state, 1, 3);
    }
    return x;
  }

  @ParameterizedTest
  @MethodSource("cases")
  void endsWhereTorchEnds(Case each) {
    assertThat(fiveSteps(each.optimizer())).containsExactly(each.end(), within(1e-12));
  }

  @Test
  void ratesOfAllFollowATracker() {
    Tracker constant = step -> step < 3 ? 0.05f : 0;
    double five = (float) 0.05;

    for (Optimizer[] pair :
        new Optimizer[][] {
          {AdamW.withRate(constant), AdamW.withRate(five)},
          {RmsProp.withRate(constant), RmsProp.withRate(five)},
          {Adagrad.withRate(constant), Adagrad.withRate(five)},
        }) {
      double[] three = steps(pair[1], 3);
      assertThat(steps(pair[0], 3)).as("%s", pair[0]).containsExactly(three);
      assertThat(steps(pair[0], 7)).as("%s", pair[0]).containsExactly(three);
      assertThat(steps(pair[1], 7)).isNotEqualTo(three);
    }
  }

  private static double[] steps(Optimizer optimizer, int steps) {
    double[] x = {1, 2};
    double[][] state = new double[optimizer.stateVectors()][2];
    for (int t = 1; t <= steps; t++) {
      optimizer.update(t, x, x.clone(), state, 0, 2);
    }
    return x;
  }

  @Test
  void settingsAreShown() {
    assertThat(AdamW.withRate(0.1))
        .hasToString(
            "AdamW(decay 0.01, Adam(rate 0.1, betas 0.9 0.999, epsilon 1.0E-8, clipping relative"
                + " 10.0))");
    assertThat(RmsProp.withRate(0.1).clipping(Clipping.none()))
        .hasToString("RmsProp(rate 0.1, decay 0.99, momentum 0.0, epsilon 1.0E-8, clipping none)");
    assertThat(Adagrad.withRate(0.1).clipping(Clipping.norm(2)))
        .hasToString("Adagrad(rate 0.1, epsilon 1.0E-10, clipping norm 2.0)");
    assertThat(Sgd.withRate(0.1).nesterov(0.9).clipping(Clipping.none()))
        .hasToString("Sgd(rate 0.1, nesterov 0.9, clipping none)");
    assertThat(AdamW.withRate(0.1).clipping(Clipping.none()).clipping()).hasToString("none");
  }

  @Test
  void refuseNumbersOutOfRange() {
    assertThatThrownBy(() -> AdamW.withRate(-1))
        .hasMessage("optimizer 'adamw' has rate -1.0, but it must be positive and finite");
    assertThatThrownBy(() -> AdamW.withRate(1).decay(-0.1))
        .hasMessage("optimizer 'adamw' has decay -0.1, but it must not be negative, and finite");
    assertThatThrownBy(() -> RmsProp.withRate(1).decay(1))
        .hasMessage("optimizer 'rmsprop' has decay 1.0, but it must be in [0, 1)");
    assertThatThrownBy(() -> RmsProp.withRate(1).momentum(-1))
        .hasMessage("optimizer 'rmsprop' has momentum -1.0, but it must be in [0, 1)");
    assertThatThrownBy(() -> RmsProp.withRate(1).epsilon(0))
        .hasMessage("optimizer 'rmsprop' has epsilon 0.0, but it must be positive");
    assertThatThrownBy(() -> Adagrad.withRate(1).epsilon(0))
        .hasMessage("optimizer 'adagrad' has epsilon 0.0, but it must be positive");
    assertThatThrownBy(() -> Sgd.withRate(1).momentum(1))
        .hasMessage("optimizer 'sgd' has momentum 1.0, but it must be in [0, 1)");
    assertThatThrownBy(() -> Adagrad.withRate(Double.NaN))
        .hasMessage("optimizer 'adagrad' has rate NaN, but it must be positive and finite");
  }
}
