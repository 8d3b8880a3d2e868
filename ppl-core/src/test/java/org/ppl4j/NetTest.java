package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.Blocks;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.convolutional.Conv2d;
import ai.djl.nn.core.Linear;
import ai.djl.nn.norm.BatchNorm;
import ai.djl.nn.norm.Dropout;
import ai.djl.nn.pooling.Pool;
import ai.djl.nn.recurrent.LSTM;
import ai.djl.training.ParameterStore;
import ai.djl.training.initializer.NormalInitializer;
import com.google.common.primitives.Doubles;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.testing.WithSandbox;

@ExtendWith(LeakCheck.class)
final class NetTest extends WithSandbox {

  private static Linear linear(int units) {
    return Linear.builder().setUnits(units).build();
  }

  private static Program<Void> forward(Block block) {
    return (p, data) -> {
      NDArray x = p.run().create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3));
      p.deterministic("out", p.net("net", block, x));
    };
  }

  @Test
  void linearIsTheProductWithTheStoresParameters() {
    Block block = linear(1);
    sandbox.record(forward(block));

    assertThat(sandbox.params().names()).containsExactly("net.weight", "net.bias");
    double[] w = sandbox.params().value("net.weight");
    try (Sandbox other = Sandbox.open(sandbox.run().config(), 3)) {
      Trace again = other.record(forward(block));
      double[] out = Sandbox.value(again, "out");

      assertThat(other.params().value("net.weight")).isEqualTo(w); // from seed and name only
      assertThat(again.value("out").getShape()).isEqualTo(new Shape(2, 1));
      assertThat(out[1]).isCloseTo(4 * w[0] + 5 * w[1] + 6 * w[2], within(1e-12));
    }
    assertThat(block.isInitialized()).isFalse(); // it gave its structure only
  }

  @Test
  void gradientsReachAllLayers() {
    SequentialBlock block =
        new SequentialBlock().add(linear(4)).add(Activation::tanh).add(linear(1));
    Trace trace = sandbox.record(forward(block));
    List<NDArray> leaves = trace.params().stream().map(ParamSite::leaf).toList();
    List<NDArray> gradients = Autograd.grad(Tensors.total(trace.value("out").square()), leaves);

    assertThat(leaves).hasSize(4);
    assertThat(gradients)
        .allSatisfy(gradient -> assertThat(Tensors.values(gradient)).doesNotContain(Double.NaN))
        .anySatisfy(gradient -> assertThat(Tensors.values(gradient)[0]).isNotZero());
    assertThat(sandbox.params().names())
        .containsExactly(
            "net.01Linear_weight", "net.01Linear_bias", "net.03Linear_weight", "net.03Linear_bias");
  }

  @Test
  void blocksWithNoiseOrStatisticsAreRefused() {
    SequentialBlock noisy = new SequentialBlock().add(linear(4)).add(Dropout.builder().build());
    SequentialBlock keeping = new SequentialBlock().add(linear(4)).add(BatchNorm.builder().build());

    assertThatThrownBy(() -> sandbox.record(forward(noisy)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "net 'net' contains Dropout, which draws the engine's noise; leave it out, or lift the"
                + " parameters to priors by Lift for noise on the weights");
    assertThatThrownBy(() -> sandbox.record(forward(keeping)))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "net 'net' contains BatchNorm, which keeps statistics between calls; use LayerNorm");
  }

  @Test
  void blocksOfTheEngineSayHowToWriteThem() {
    Program<Void> recurrent =
        (p, data) -> {
          NDArray x = p.run().ones(new Shape(2, 5, 4));
          LSTM lstm = LSTM.builder().setStateSize(3).setNumLayers(1).build();
          p.deterministic("out", p.net("lstm", lstm, x));
        };
    assertThatThrownBy(() -> sandbox.record(recurrent))
        .isInstanceOf(UnsupportedOperationException.class)
        .hasMessage(
            "NDArrayEx method 'lstm' is refused on a tensor of a run: its cell is the engine's;"
                + " write one step with a Linear block in a Java loop, as state = p.net(\"cell\","
                + " linear, Tensors.concat(List.of(state, x), -1)).tanh()");
  }

  /** The same numbers as DJL's own block has, with the same parameters. */
  @Test
  void convolutionsAndPoolsAreThoseOfDjl() {
    double[] image = new SplittableRandom(3).doubles(2 * 64, -1, 1).toArray();
    Supplier<SequentialBlock> network =
        () ->
            new SequentialBlock()
                .add(
                    Conv2d.builder()
                        .setKernelShape(new Shape(3, 3))
                        .setFilters(4)
                        .optPadding(new Shape(1, 1))
                        .optStride(new Shape(2, 2))
                        .build())
                .add(Activation::relu)
                .add(Pool.maxPool2dBlock(new Shape(2, 2), new Shape(2, 2)))
                .add(Pool.avgPool2dBlock(new Shape(2, 1), new Shape(1, 1)))
                .add(Blocks.batchFlattenBlock())
                .add(linear(3));
    SequentialBlock block = network.get();
    Trace trace =
        sandbox.record(
            (p, data) -> {
              NDArray x = p.run().create(image, new Shape(2, 1, 8, 8));
              p.deterministic("out", p.net("net", block, x));
            });
    List<NDArray> leaves = trace.params().stream().map(ParamSite::leaf).toList();
    NDArray loss = Tensors.total(trace.value("out").square());

    assertThat(leaves).hasSize(4);
    assertThat(Autograd.grad(loss, leaves))
        .allSatisfy(each -> assertThat(Doubles.asList(Tensors.values(each))).anyMatch(g -> g != 0));
    try (NDManager manager = NDManager.newBaseManager()) {
      Block own = network.get();
      own.initialize(manager, DataType.FLOAT64, new Shape(2, 1, 8, 8));
      own.getParameters()
          .forEach(
              named -> {
                NDArray there = named.getValue().getArray();
                there.set(sandbox.params().value("net." + named.getKey()));
              });
      NDList in = new NDList(manager.create(image, new Shape(2, 1, 8, 8)));
      double[] out =
          own.forward(new ParameterStore(manager, false), in, false)
              .singletonOrThrow()
              .toDoubleArray();
      assertThat(Sandbox.value(trace, "out")).containsExactly(out, within(1e-12));
    }
  }

  /** What the refusals advise is a program that learns. */
  @Test
  void recurrenceAndConvolutionByLinearBlocks() {
    Linear cell = linear(3);
    Linear kernel = linear(1);
    Trace trace =
        sandbox.record(
            (p, data) -> {
              NDArray x = p.run().create(new double[] {1, 2, 3, 4, 5, 6}, new Shape(1, 6));
              NDArray state = p.run().zeros(new Shape(1, 3));
              for (int t = 0; t < 6; t++) {
                NDArray input = x.get(":, " + t + ":" + (t + 1));
                state = p.net("cell", cell, Tensors.concat(List.of(state, input), -1)).tanh();
              }
              List<NDArray> shifted = List.of(x.get(":, 0:4"), x.get(":, 1:5"), x.get(":, 2:6"));
              NDArray windows = Tensors.stack(shifted, -1);
              p.deterministic("state", state);
              p.deterministic("convolved", p.net("kernel", kernel, windows).squeeze(-1));
            });

    assertThat(sandbox.params().names())
        .containsExactly("cell.weight", "cell.bias", "kernel.weight", "kernel.bias");
    List<NDArray> leaves = trace.params().stream().map(ParamSite::leaf).distinct().toList();
    NDArray loss =
        Tensors.total(trace.value("state").square())
            .add(Tensors.total(trace.value("convolved").square()));
    for (NDArray gradient : Autograd.grad(loss, leaves)) {
      assertThat(Tensors.values(gradient)).doesNotContain(Double.NaN);
      assertThat(Tensors.values(gradient)[0]).isNotZero();
    }
    double[] w = sandbox.params().value("kernel.weight");
    assertThat(trace.value("convolved").getShape()).isEqualTo(new Shape(1, 4));
    assertThat(Sandbox.value(trace, "convolved")[1])
        .isCloseTo(2 * w[0] + 3 * w[1] + 4 * w[2], within(1e-12));
  }

  @Test
  void initialisersThatDrawTheEnginesNoiseAreRefused() {
    Block block = linear(1);
    block.setInitializer(new NormalInitializer(0.1f), parameter -> true);

    assertThatThrownBy(() -> sandbox.record(forward(block)))
        .hasMessage(
            "parameter 'net.weight' has initialiser NormalInitializer, which draws the engine's"
                + " noise; leave DJL's default or use a ConstantInitializer");
  }
}
