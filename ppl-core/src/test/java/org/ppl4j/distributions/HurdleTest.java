package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** More zeros than a base has that has none: all zeros are those of the gate. */
@ExtendWith(LeakCheck.class)
class HurdleTest {

  private static final double GATE = 0.3;
  private static final double RATE = 2;

  private static ZeroInflated hurdle(NDArray rate) {
    return ZeroInflated.of(Truncated.of(Poisson.of(rate), 1, Double.POSITIVE_INFINITY), GATE);
  }

  /** Of k events, at least one. */
  private static double logProb(int k) {
    double log = k * Math.log(RATE) - RATE - Math.log(-Math.expm1(-RATE));
    for (int i = 2; i <= k; i++) {
      log -= Math.log(i);
    }
    return Math.log(1 - GATE) + log;
  }

  @Test
  void zerosAreThoseOfTheGate() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rate = Autograd.variable(run.create(new double[] {RATE}, new Shape()));
      Distribution hurdle = hurdle(rate).on(run);
      NDArray values = run.create(new double[] {0, 1, 2, 5, -1, 0.5}, new Shape(6));
      double[] found = Tensors.values(hurdle.logProb(values));
      double none = Double.NEGATIVE_INFINITY;
      assertThat(found)
          .containsExactly(
              new double[] {Math.log(GATE), logProb(1), logProb(2), logProb(5), none, none},
              within(1e-12));
      NDArray zero = hurdle.logProb(run.create(new double[] {0}, new Shape(1)));
      assertThat(Tensors.values(Autograd.grad(Tensors.total(zero), List.of(rate)).get(0)))
          .containsExactly(0);
      assertThat(Tensors.values(hurdle.support().check(values))).containsExactly(1, 1, 1, 1, 0, 0);
      NDArray origin = run.create(new double[] {0}, new Shape(1));
      assertThat(Tensors.values(hurdle.cdf(origin))[0]).isCloseTo(GATE, within(1e-12));
    }
  }

  @Test
  void drawsAreInItsSupport() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution hurdle = hurdle(run.create(new double[] {RATE}, new Shape())).on(run);
      NDArray draws = hurdle.expand(new Shape(4000)).draw(Rng.of(1)).value();
      double zeros = Arrays.stream(Tensors.values(draws)).filter(k -> k == 0).count() / 4000.0;
      assertThat(zeros).isCloseTo(GATE, within(4 * Math.sqrt(GATE * (1 - GATE) / 4000)));
      assertThat(Tensors.values(hurdle.support().check(draws))).containsOnly(1);
    }
  }

  /** Where counts are up to numbers of a tensor, 0 is one of them all the same. */
  @Test
  void aBaseWithZeroHasTheSupportOfItsOwn() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution base = Binomial.of(run.create(new double[] {3, 2}, new Shape(2)), 0.5).on(run);
      Distribution inflated = ZeroInflated.of(base, GATE).on(run);
      assertThat(inflated.support()).hasToString(base.support().toString());
      assertThat(Tensors.values(inflated.enumerateSupport()))
          .containsExactly(Tensors.values(base.enumerateSupport()));
    }
  }

  @Test
  void zeroIsOneOfItsValues() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution base = Truncated.of(Binomial.of(3, 0.5), 1, 3);
      Distribution hurdle = ZeroInflated.of(base, GATE).on(run);
      NDArray values = hurdle.enumerateSupport();
      assertThat(Tensors.values(values)).containsExactly(0, 1, 2, 3);
      double[] logs = Tensors.values(hurdle.logProb(values));
      assertThat(Arrays.stream(logs).map(Math::exp).sum()).isCloseTo(1, within(1e-12));
    }
  }
}
