package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;

/** Maps of each coordinate. */
@ExtendWith(LeakCheck.class)
class ElementwiseTest {

  private static Mapped mapped(Run run, Elementwise flow, UnaryOperator<NDArray> scale) {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "elementwise");
    NamedTensors tensors =
        NamedTensors.of(Map.of("bias", scale.apply(rng.normal(run, new Shape(12)))));
    NDArray x = rng.normal(run, new Shape(5, 3));
    return flow.bind(tensors, rng, false).forward(x);
  }

  @Test
  void gainMultipliesTheParameters() {
    Elementwise flow = Elementwise.of(3, SinhArcsinh.of());
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Mapped once = mapped(run, flow.gain(3), bias -> bias);
      Mapped other = mapped(run, flow, bias -> bias.mul(3));

      assertClose("value", once.value(), other.value(), 1e-14);
      assertClose("log-det", once.logDet(), other.logDet(), 1e-14);
    }
  }

  @Test
  void gainIsPositive() {
    Elementwise flow = Elementwise.of(3, SinhArcsinh.of());
    assertThatThrownBy(() -> flow.gain(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("elementwise has a gain of 0.0, but it must be positive and finite");
  }
}
