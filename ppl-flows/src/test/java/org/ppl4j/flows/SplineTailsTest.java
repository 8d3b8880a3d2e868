package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** Beyond a spline, where no data say how, a map goes on moderately whatever a network says. */
@ExtendWith(LeakCheck.class)
class SplineTailsTest {

  private static final int COUNT = 500;

  @ParameterizedTest
  @EnumSource(FloatType.class)
  void tailsAreAtMostThreeTimesAsSteepOrFlat(FloatType type) {
    RationalQuadratic family = RationalQuadratic.of(4, 3).linearTails();
    double rounding = type == FloatType.FLOAT64 ? 1e-9 : 1e-4; // of slopes over a length of 6
    int steep = 0;
    int flat = 0;
    try (Run run = Run.open(RunConfig.defaults().withFloatType(type), 0)) {
      NDArray raw =
          Rng.of(4, Rng.Purpose.MODEL, 0, "tails")
              .normal(run, new Shape(COUNT, family.parameters()))
              .mul(10);
      Transform map = family.map(raw);
      for (int sign : new int[] {-1, 1}) {
        Mapped near = map.forward(run.full(4.0 * sign, new Shape(COUNT)));
        Mapped far = map.forward(run.full(10.0 * sign, new Shape(COUNT)));
        double[] rises = Tensors.values(far.value().sub(near.value()).div(6.0 * sign));
        double[] logs = Tensors.values(far.logDet());
        for (int i = 0; i < COUNT; i++) {
          assertThat(rises[i]).isBetween(1 / 3.0 - rounding, 3 + rounding);
          assertThat(Math.exp(logs[i])).isCloseTo(rises[i], within(3 * rounding));
          steep += rises[i] > 2.9 ? 1 : 0;
          flat += rises[i] < 0.34 ? 1 : 0;
        }
      }
    }
    assertThat(steep).as("maps at their steepest").isGreaterThan(COUNT / 2);
    assertThat(flat).as("maps at their flattest").isGreaterThan(COUNT / 2);
  }
}
