package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.References.number;
import static org.ppl4j.testing.References.numbers;
import static org.ppl4j.testing.References.objects;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.gson.JsonObject;
import java.util.List;
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
import org.ppl4j.testing.References;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

@ExtendWith(LeakCheck.class)
class BlockNeuralTest {

  static Stream<Arguments> points() {
    JsonObject all = References.read("transforms.json").getAsJsonObject("transforms");
    return objects(all.getAsJsonObject("block_neural_autoregressive").get("cases")).stream()
        .flatMap(
            row ->
                objects(row.get("points")).stream()
                    .map(point -> Arguments.of(row.getAsJsonObject("params"), point)));
  }

  /** The network alone, γ = 1, which is not onto the reals, so that it has no inverse. */
  @ParameterizedTest
  @MethodSource("points")
  void networkIsThatOfTheReference(JsonObject parameters, JsonObject point) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] x = numbers(point.get("x"));
      int dim = x.length;
      int units = numbers(parameters.get("b1")).length / dim;
      NDArray first = weight(run, parameters, "W1", dim * units, dim);
      NDArray second = weight(run, parameters, "W2", dim, dim * units);
      BlockNeuralMap network =
          new BlockNeuralMap(
              List.of(first, second),
              List.of(
                  BlockNeuralMap.blocks(first.mul(diagonal(run, dim, 1, units)), dim),
                  BlockNeuralMap.blocks(second.mul(diagonal(run, dim, units, 1)), dim)),
              List.of(bias(run, parameters, "b1"), bias(run, parameters, "b2")),
              run.ones(new Shape(dim)),
              run.zeros(new Shape(dim)));

      Mapped mapped = network.forward(run.create(x, new Shape(dim)));

      assertClose("value", mapped.value(), 1e-10, numbers(point.get("y")));
      assertClose("log-det", mapped.logDet(), 1e-10, number(point.get("log_abs_det")));
    }
  }

  private static NDArray weight(Run run, JsonObject p, String name, int rows, int columns) {
    return run.create(numbers(p.get(name)), new Shape(rows, columns)).swapAxes(0, 1);
  }

  private static NDArray diagonal(Run run, int dim, int from, int to) {
    return run.create(
        BlockNeural.mask(dim, from, to, true), new Shape((long) dim * from, (long) dim * to));
  }

  private static NDArray bias(Run run, JsonObject p, String name) {
    double[] values = numbers(p.get(name));
    return run.create(values, new Shape(values.length));
  }

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
