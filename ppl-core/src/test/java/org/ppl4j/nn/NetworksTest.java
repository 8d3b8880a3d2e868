package org.ppl4j.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.LambdaBlock;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** What the networks depend on, put out at first, and refuse. */
@ExtendWith(LeakCheck.class)
class NetworksTest {

  private static final Rng RNG = Rng.of(1, Rng.Purpose.INITIAL, 0, "networks");

  private static NamedTensors tensors(Run run, Network network, boolean random) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    for (TensorSpec spec : network.tensors()) {
      NDArray first = spec.initial().create(RNG.split(spec.name()), run);
      boolean replaced = random && spec.kind() == TensorSpec.Kind.PARAMETER;
      NDArray noise = RNG.split(spec.name()).split("noise").normal(run, spec.shape());
      tensors.put(spec.name(), replaced ? noise : first);
    }
    return NamedTensors.of(tensors);
  }

  /** Entry (i, j): whether output i moves with input j. */
  private static boolean[][] dependence(Run run, Network network, int inputs) {
    NDArray x = Autograd.variable(RNG.split("x").normal(run, new Shape(20, inputs)));
    NDArray y = network.apply(tensors(run, network, true), x, RNG, false);
    int outputs = Math.toIntExact(y.getShape().get(1));
    boolean[][] depends = new boolean[outputs][inputs];
    for (int i = 0; i < outputs; i++) {
      NDArray sum = Tensors.range(y, -1, i, i + 1L).sum();
      double[] gradient = Tensors.values(Autograd.grad(sum, List.of(x)).get(0));
      for (int at = 0; at < gradient.length; at++) {
        depends[i][at % inputs] |= gradient[at] != 0;
      }
    }
    return depends;
  }

  static List<MaskedConditioner> masked() {
    return List.of(
        Made.of(24, 24).activation(Activation.TANH),
        Residual.of(24, 2).activation(Activation.TANH),
        Residual.of(24, 0).activation(Activation.TANH));
  }

  @ParameterizedTest
  @MethodSource("masked")
  void outputsSeeWhatTheAdjacencyAllows(MaskedConditioner conditioner) {
    int dim = 5;
    List<BitSet> before =
        IntStream.range(0, dim)
            .mapToObj(
                i -> {
                  BitSet set = new BitSet();
                  set.set(0, i);
                  return set;
                })
            .toList();
    Network network = conditioner.network(before, dim, 3);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      boolean[][] depends = dependence(run, network, dim);
      for (int i = 0; i < depends.length; i++) {
        for (int j = 0; j < dim; j++) {
          assertThat(depends[i][j]).as("output %s, input %s", i, j).isEqualTo(j < i / 3);
        }
      }
    }
  }

  @ParameterizedTest
  @MethodSource("masked")
  void anyAdjacencyIsTaken(MaskedConditioner conditioner) {
    List<BitSet> sets =
        List.of(BitSet.valueOf(new long[] {0b101}), BitSet.valueOf(new long[] {0b10}));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      boolean[][] depends = dependence(run, conditioner.network(sets, 3, 1), 3);

      assertThat(depends[0]).containsExactly(true, false, true);
      assertThat(depends[1]).containsExactly(false, true, false);
    }
  }

  /** A gradient of 1e40 at a weight that is masked is 0, not ∞ · 0. */
  @ParameterizedTest
  @MethodSource("masked")
  void gradientsOfMaskedWeightsDoNotOverflow(MaskedConditioner conditioner) {
    List<BitSet> sets =
        List.of(BitSet.valueOf(new long[] {0b1}), BitSet.valueOf(new long[] {0b10}));
    Network network = conditioner.network(sets, 2, 1);
    try (Run run = Run.open(RunConfig.defaults().withFloatType(FloatType.FLOAT32), 0)) {
      List<NDArray> variables = new ArrayList<>();
      NamedTensors tensors =
          tensors(run, network, true)
              .map(
                  tensor -> {
                    variables.add(Autograd.variable(tensor));
                    return variables.get(variables.size() - 1);
                  });
      NDArray x = run.create(new double[] {1, 1e20}, new Shape(1, 2));
      NDArray y = network.apply(tensors, x, RNG, false);
      NDArray first = Tensors.range(y, -1, 0, 1).sum().mul(1e20);

      for (NDArray gradient : Autograd.grad(first, variables)) {
        assertThat(Tensors.values(gradient)).doesNotContain(Double.NaN);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void mlpUsesItsActivation(Activation activation) {
    Network network = Mlp.of(8, 8).activation(activation).network(3, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = RNG.split("x").normal(run, new Shape(4, 3));
      NamedTensors tensors = tensors(run, network, true);
      NDArray hidden = x;
      for (int i = 0; i < 3; i++) {
        NDArray input = i == 0 ? hidden : activation.apply(hidden);
        hidden = Tensors.matMul(input, tensors.get(i + ".weight")).add(tensors.get(i + ".bias"));
      }

      assertThat(Tensors.values(network.apply(tensors, x, RNG, false)))
          .isEqualTo(Tensors.values(hidden));
    }
  }

  @Test
  void residualBlocksAddToWhatTheyGet() {
    Network network = Residual.of(4, 2).activation(Activation.SOFTPLUS).network(3, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = RNG.split("x").normal(run, new Shape(5, 3));
      NamedTensors tensors = tensors(run, network, true);
      NDArray h = dense(tensors, "first", x);
      for (int i = 0; i < 2; i++) {
        NDArray inner = dense(tensors, i + ".0", Activation.SOFTPLUS.apply(h));
        h = h.add(dense(tensors, i + ".1", Activation.SOFTPLUS.apply(inner)));
      }
      NDArray expected = dense(tensors, "last", Activation.SOFTPLUS.apply(h));

      assertThat(Tensors.values(network.apply(tensors, x, RNG, false)))
          .isEqualTo(Tensors.values(expected));
    }
  }

  private static NDArray dense(NamedTensors tensors, String name, NDArray x) {
    return Tensors.matMul(x, tensors.get(name + ".weight")).add(tensors.get(name + ".bias"));
  }

  @Test
  void networksPutOutZeroAtFirst() {
    List<BitSet> none = List.of(new BitSet(), BitSet.valueOf(new long[] {1}));
    List<Network> networks =
        List.of(
            Mlp.of(7).network(2, 3),
            Mlp.of().network(2, 3),
            Mlp.of(7).network(0, 3),
            Conditioner.constant().network(2, 3),
            Residual.of(7, 2).network(2, 3),
            Residual.of(7, 2).network(0, 3),
            Residual.of(7, 1).network(none, 2, 2),
            Convolutional.of(new Shape(2), 5).network(2, 4),
            Convolutional.of(new Shape(2), 5).network(2, 3),
            Convolutional.of(new Shape(2), 5).located().network(2, 4),
            Lipschitz.of(3).images(new Shape(1, 1, 2)).network(2, 4),
            Convolutional.of(new Shape(1)).network(2, 3),
            Convolutional.of(new Shape(2), 5).network(0, 3),
            Conditioner.block(NetworksTest::tanh).network(2, 3),
            Conditioner.block(NetworksTest::tanh).network(0, 3),
            Made.of(7).network(none, 2, 2),
            Made.of().network(none, 2, 2));
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (Network network : networks) {
        NDArray x = RNG.split("x").normal(run, new Shape(4, 2));
        NDArray y = network.apply(tensors(run, network, false), x, RNG, false);

        assertThat(Tensors.values(y)).containsOnly(0);
      }
    }
  }

  private static SequentialBlock tanh() {
    return new SequentialBlock()
        .add(Linear.builder().setUnits(6).build())
        .add(ai.djl.nn.Activation::tanh);
  }

  @Test
  void blocksAreFollowedByADenseLayer() {
    Network network = Conditioner.block(NetworksTest::tanh).network(3, 2);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray x = RNG.split("x").normal(run, new Shape(4, 5, 3));
      NamedTensors tensors = tensors(run, network, true);
      // A linear block has its weights as (outputs, inputs).
      NDArray weight = tensors.get("block.01Linear_weight").swapAxes(0, 1);
      NDArray hidden = Tensors.matMul(x, weight).add(tensors.get("block.01Linear_bias")).tanh();

      assertClose(
          "output", network.apply(tensors, x, RNG, false), dense(tensors, "last", hidden), 1e-14);
    }
  }

  @Test
  void aBlocksShapesAreWorkedOutOnce() {
    List<Integer> made = new ArrayList<>();
    Conditioner conditioner =
        Conditioner.block(
            () -> {
              made.add(made.size());
              return tanh();
            });

    assertThat(conditioner.network(2, 3)).isSameAs(conditioner.network(2, 3));
    assertThat(conditioner.network(3, 3).tensors().get(0).shape()).isEqualTo(new Shape(6, 3));
    assertThat(made).hasSize(2);
  }

  @Test
  void blocksThatGiveNoVectorAreRefused() {
    Conditioner conditioner =
        Conditioner.block(
            () ->
                new LambdaBlock(list -> new NDList(list.singletonOrThrow().expandDims(1))) {
                  @Override
                  public Shape[] getOutputShapes(Shape[] inputs) {
                    return new Shape[] {new Shape(1, 1, inputs[0].get(1))};
                  }
                });

    assertThatThrownBy(() -> conditioner.network(3, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "block puts out [(1, 1, 3)] for an input of shape (1, 3), but a conditioner needs one"
                + " vector of features for each row; end it with a flatten block");
  }

  @Test
  void widthsAreChecked() {
    assertThatThrownBy(() -> Mlp.of(3, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("mlp has a hidden layer of width 0, but needs at least 1");
    assertThatThrownBy(() -> Made.of(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("made has a hidden layer of width -1, but needs at least 1");
    assertThatThrownBy(() -> Residual.of(0, 2))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("residual network has 2 blocks of width 0, but needs at least 0 of width 1");
  }
}
