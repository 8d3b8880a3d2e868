package org.ppl4j.infer.svi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.SplittableRandom;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.Test;

class StoppingRuleTest {

  private static final StandStill RULE = StoppingRule.standard();

  /** The step at which the rule fires, 0 if it never does. */
  private static int stop(StoppingRule rule, int steps, IntToDoubleFunction loss) {
    Losses losses = new Losses();
    for (int step = 1; step <= steps; step++) {
      losses.add(loss.applyAsDouble(step));
      if (rule.isDue(step) && rule.isMet(losses)) {
        return step;
      }
    }
    return 0;
  }

  private static IntToDoubleFunction noisy(long seed, IntToDoubleFunction mean) {
    SplittableRandom random = new SplittableRandom(seed);
    return step -> mean.applyAsDouble(step) + random.nextGaussian();
  }

  @Test
  void neverBeforeItsLeastNumberOfSteps() {
    assertThat(stop(RULE, 5000, step -> 1)).isEqualTo(1000);
    assertThat(stop(RULE.atLeast(2500), 5000, step -> 1)).isBetween(2500, 2502);
    assertThat(stop(RULE, 999, step -> 1)).isZero();
  }

  @Test
  void firesSoonOnNoiseAroundAConstant() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(stop(RULE, 20_000, noisy(seed, step -> 30)))
          .as("seed %s", seed)
          .isBetween(1000, 6000);
    }
  }

  @Test
  void doesNotFireWhileTheLossFalls() {
    for (long seed = 0; seed < 20; seed++) {
      assertThat(stop(RULE, 5000, noisy(seed, step -> 100 - 0.01 * step)))
          .as("seed %s, 0.01 of the noise a step", seed)
          .isZero();
    }
  }

  @Test
  void doesNotFireBeforeAnExponentialDescentIsOver() {
    double scale = 1000;
    for (long seed = 0; seed < 20; seed++) {
      int step = stop(RULE, 50_000, noisy(seed, s -> 100 * Math.exp(-s / scale)));
      assertThat(step).as("seed %s", seed).isPositive();
      assertThat(100 * Math.exp(-step / scale))
          .as("seed %s: what is left of the descent, in standard deviations of the noise", seed)
          .isLessThan(0.5);
    }
  }

  @Test
  void stopsWithoutNoiseOnceNothingIsLeftToGain() {
    int step = stop(RULE, 50_000, s -> 5 + 100 * Math.exp(-s / 300.0));

    assertThat(step).isPositive();
    assertThat(100 * Math.exp(-step / 300.0)).isLessThan(1e-6);
    assertThat(stop(RULE, 5000, s -> 5 + 1e-4 * (5000 - s))).isZero();
  }

  @Test
  void withoutTheGuardAgainstDescentItWouldFireTooEarly() {
    int early = 0;
    for (long seed = 0; seed < 20; seed++) {
      Losses losses = new Losses();
      IntToDoubleFunction loss = noisy(seed, step -> 100 - 0.0005 * step);
      boolean medians = false;
      for (int step = 1; step <= 4000; step++) {
        losses.add(loss.applyAsDouble(step));
        if (RULE.isDue(step)) {
          int w = step / 10;
          double change = losses.median(step - w, step) - losses.median(step - 2 * w, step - w);
          medians |= Math.abs(change) < 1e-3 * 1.35;
        }
      }
      early += medians && stop(RULE, 4000, noisy(seed, step -> 100 - 0.0005 * step)) == 0 ? 1 : 0;
    }
    assertThat(early).isGreaterThan(4);
  }

  @Test
  void lossesThatAreNotFiniteDoNotDisturbIt() {
    IntToDoubleFunction noise = noisy(3, step -> 10);
    IntToDoubleFunction loss =
        step -> {
          double value = noise.applyAsDouble(step);
          return step % 97 == 0 ? Double.NaN : value;
        };

    assertThat(stop(RULE, 10_000, loss)).isBetween(1000, 9000);
  }

  @Test
  void neverMeansNever() {
    assertThat(stop(StoppingRule.never(), 5000, step -> 1)).isZero();
    assertThat(StoppingRule.never()).hasToString("never");
  }

  @Test
  void saysWhatItWaitsFor() {
    assertThat(RULE)
        .hasToString(
            "median loss of the last 10% of the steps within 0.001 spreads of the 10% before,"
                + " at least 1000 steps");
  }

  @Test
  void refusesNumbersOutOfRange() {
    assertThatThrownBy(() -> new StandStill(0.3, 1e-3, 1000))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "stopping rule has share 0.3, but a window is a share in (0, 0.25] of the steps");
    assertThatThrownBy(() -> RULE.tolerance(0))
        .hasMessage("stopping rule has tolerance 0.0, but it must be positive");
    assertThatThrownBy(() -> RULE.atLeast(0))
        .hasMessage("stopping rule has atLeast 0, but it must be positive");
  }
}
