package org.ppl4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Derivatives that networks carry forwards are those of automatic differentiation. */
@ExtendWith(LeakCheck.class)
class NetworkSlopesTest {

  private static final int ROWS = 4;
  private static final int INPUTS = 3;
  private static final int OUTPUTS = 2;
  private static final int DIRECTIONS = 5;
  private static final Rng RNG = Rng.of(2, Rng.Purpose.INITIAL, 0, "slopes");

  static Stream<Conditioner> conditioners() {
    return Stream.of(Activation.values())
        .flatMap(
            activation ->
                Stream.of(
                    Mlp.of(6).activation(activation),
                    Mlp.of(6, 4).activation(activation),
                    Mlp.of(6, 4, 5).activation(activation),
                    Residual.of(5, 2).activation(activation),
                    Residual.of(5, 0).activation(activation)));
  }

  static Stream<Network> networks() {
    return Stream.concat(
        conditioners().map(conditioner -> conditioner.network(INPUTS, OUTPUTS)),
        Stream.of(
            Mlp.of().network(INPUTS, OUTPUTS),
            Lipschitz.of(6, 4).network(INPUTS, OUTPUTS),
            Conditioner.constant().network(INPUTS, OUTPUTS),
            Network.lazy(() -> Mlp.of(6).network(INPUTS, OUTPUTS))));
  }

  private static NamedTensors tensors(Run run, Network network, Shape batch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      Shape shape = batch.addAll(spec.shape());
      tensors.put(spec.name(), RNG.split(spec.name()).normal(run, shape));
    }
    return NamedTensors.of(tensors);
  }

  /** {@code (ROWS, OUTPUTS, INPUTS)}; a network that ignores its input has zeros. */
  private static NDArray jacobian(NDArray y, NDArray x) {
    List<NDArray> rows = new ArrayList<>();
    for (int i = 0; i < OUTPUTS; i++) {
      NDArray total = Tensors.range(y, -1, i, i + 1L).sum().add(x.sum().mul(0));
      rows.add(Autograd.grad(total, List.of(x)).get(0));
    }
    return Tensors.stack(rows, -2);
  }

  @ParameterizedTest
  @MethodSource("networks")
  void slopesAreThoseOfTheJacobian(Network network) {
    for (Shape batch : List.of(new Shape(), new Shape(ROWS))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = tensors(run, network, batch);
        NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(ROWS, INPUTS)));
        NDArray directions =
            RNG.split("directions").normal(run, new Shape(ROWS, DIRECTIONS, INPUTS));

        ValueAndSlopes moved = network.along(tensors, x, directions, RNG, false);

        NDArray value = network.apply(tensors, x, RNG, false);
        NDArray expected = Tensors.matMul(directions, jacobian(value, x).swapAxes(-1, -2));
        assertClose("value", moved.value(), value, 0);
        assertClose("slopes", moved.slopes().broadcast(expected.getShape()), expected, 1e-13);
      }
    }
  }

  /** Of the first inputs; however many layers there are, and with weights of each row's own. */
  @ParameterizedTest
  @MethodSource("networks")
  void tracesAreThoseOfTheJacobian(Network network) {
    for (Shape batch : List.of(new Shape(), new Shape(ROWS))) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NamedTensors tensors = tensors(run, network, batch);
        NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(ROWS, INPUTS)));

        Traced traced = network.traced(tensors, x, OUTPUTS, RNG, false);

        NDArray value = network.apply(tensors, x, RNG, false);
        NDArray square = Tensors.range(jacobian(value, x), -1, 0, OUTPUTS);
        NDArray expected = Tensors.sumRight(square.mul(run.eye(OUTPUTS)), 2);
        assertClose("value", traced.value(), value, 0);
        assertClose("trace", traced.trace().broadcast(expected.getShape()), expected, 1e-13);
      }
    }
  }

  /** Directions that all rows share need no batch. */
  @Test
  void directionsBroadcast() {
    Network network = Mlp.of(6, 4).activation(Activation.TANH).network(INPUTS, OUTPUTS);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NamedTensors tensors = tensors(run, network, new Shape());
      NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(ROWS, INPUTS)));

      ValueAndSlopes moved = network.along(tensors, x, run.eye(INPUTS), RNG, false);

      NDArray expected = jacobian(network.apply(tensors, x, RNG, false), x).swapAxes(-1, -2);
      assertClose("slopes", moved.slopes(), expected, 1e-13);
    }
  }

  @Test
  void networksThatCarryNoneSayWhichDo() {
    Network network = Convolutional.of(new Shape(INPUTS), 2).network(INPUTS, OUTPUTS);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = RNG.split("x").normal(run, new Shape(ROWS, INPUTS));

      assertThatThrownBy(
              () ->
                  network.along(tensors(run, network, new Shape()), x, run.eye(INPUTS), RNG, false))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageStartingWith("network 'org.ppl4j.nn.Convolutional")
          .hasMessageEndingWith("carries no derivatives forwards; use Mlp or Residual");
    }
  }

  @Test
  void slopesOfActivationsAreThoseOfDifferences() {
    double step = 1e-6;
    for (Activation activation : Activation.values()) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray x = run.create(new double[] {-30, -2, -0.5, 0.7, 3, 40}, new Shape(6));
        NDArray slope = activation.slope(x, activation.apply(x));
        NDArray rise = activation.apply(x.add(step)).sub(activation.apply(x.sub(step)));

        // Of second order in the step, and the rounding of values up to 40 over it.
        assertClose(activation.name(), slope, rise.div(2 * step), 1e-8);
        assertThat(Tensors.values(slope)).hasSize(6);
      }
    }
  }
}
