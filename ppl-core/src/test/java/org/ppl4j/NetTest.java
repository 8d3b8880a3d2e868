package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import ai.djl.nn.Activation;
import ai.djl.nn.Block;
import ai.djl.nn.SequentialBlock;
import ai.djl.nn.core.Linear;
import java.util.List;
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
}
