package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

@ExtendWith(LeakCheck.class)
class BlockNeuralTest {

  /** γ = σ(−2), and a network whose values are at most a root of its last weights. */
  @Test
  void startsNearTheIdentity() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      BlockNeural module = BlockNeural.of(3, 4, 4);
      Transform transform =
          module.bind(FlowTensors.initial(run, module.tensors()), FlowTensors.rng("noise"), false);
      NDArray x = FlowTensors.rng("x").normal(run, new Shape(20, 3));

      Mapped mapped = transform.forward(x);

      assertThat(mapped.value().sub(x).abs().max().toDoubleArray()[0]).isLessThan(1);
      assertThat(mapped.logDet().abs().max().toDoubleArray()[0]).isLessThan(1);
    }
  }

  static Stream<Arguments> wrong() {
    return Stream.of(
        Arguments.of(
            (Supplier<Object>) () -> BlockNeural.of(0, 3),
            "block neural needs at least 1 coordinate, but dim is 0"),
        Arguments.of(
            (Supplier<Object>) () -> BlockNeural.of(2),
            "block neural has no hidden layer, but needs at least 1"),
        Arguments.of(
            (Supplier<Object>) () -> BlockNeural.of(2, 3, 0),
            "block neural has 0 units for each coordinate, but needs at least 1"));
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void wrongSizesAreRefused(Supplier<Object> made, String text) {
    assertThatThrownBy(made::get).isInstanceOf(IllegalArgumentException.class).hasMessage(text);
  }
}
