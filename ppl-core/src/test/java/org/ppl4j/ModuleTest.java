package org.ppl4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.distributions.Normal;
import org.ppl4j.distributions.TransformedDistribution;
import org.ppl4j.handlers.Prefix;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.BoundNetwork;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.testing.Sandbox;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

@ExtendWith(LeakCheck.class)
final class ModuleTest {

  /** y = x + shift, the shift drawn at first, with a constant buffer of twos. */
  private static final TransformModule SHIFT =
      new TransformModule() {
        @Override
        public List<TensorSpec> tensors() {
          Shape shape = new Shape(2);
          return List.of(
              TensorSpec.parameter("shift", shape, (rng, run) -> rng.normal(run, shape)),
              TensorSpec.buffer("twos", shape, (rng, run) -> run.full(2, shape)));
        }

        @Override
        public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
          return Bijections.affine(tensors.get("shift"), tensors.get("twos").sub(1)).independent(1);
        }
      };

  private static final Program<Void> PROGRAM =
      (p, data) ->
          p.sample(
              "x",
              TransformedDistribution.of(Normal.standard(2).toEvent(1), p.module("flow", SHIFT)));

  @Test
  void tensorsLiveInTheStoreUnderTheModulesName() {
    try (Sandbox sandbox = Sandbox.open()) {
      Trace trace = sandbox.record(PROGRAM);

      assertThat(sandbox.params().names()).containsExactly("flow.shift");
      assertThat(trace.params()).hasSize(1);
      assertThat(trace.value("x").getShape()).isEqualTo(new Shape(2));
    }
  }

  @Test
  void initialValuesDependOnSeedAndNameOnly() {
    try (Sandbox one = Sandbox.open();
        Sandbox two = Sandbox.open(one.run().config(), 9);
        Sandbox three = Sandbox.open(one.run().config().withSeed(1), 0)) {
      one.record(PROGRAM);
      two.record(
          (p, data) -> {
            p.sample("first", Normal.of(0, 1));
            PROGRAM.run(p, null);
          });
      three.record(PROGRAM);

      assertThat(two.params().value("flow.shift")).isEqualTo(one.params().value("flow.shift"));
      assertThat(three.params().value("flow.shift")).isNotEqualTo(one.params().value("flow.shift"));
    }
  }

  @Test
  void transformIsToBeHadOutsideAnExecution() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(PROGRAM);
      Transform flow = sandbox.params().transform(sandbox.run(), "flow", SHIFT);
      NDArray y = flow.forward(sandbox.run().zeros(new Shape(2))).value();

      double[] shift = sandbox.params().value("flow.shift");
      assertThat(Tensors.values(y)[1]).isCloseTo(shift[1], within(1e-15));
    }
  }

  @Test
  void conditionalOnesAreToBeHadThereToo() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(PROGRAM);
      Transform flow =
          sandbox
              .params()
              .transform(sandbox.run(), "flow", ConditionalTransformModule.ignoringContext(SHIFT))
              .given(sandbox.run().zeros(new Shape(1)));
      NDArray y = flow.forward(sandbox.run().zeros(new Shape(2))).value();

      assertThat(Tensors.values(y)).isEqualTo(sandbox.params().value("flow.shift"));
    }
  }

  @Test
  void networksAreModules() {
    Network network = Mlp.of(3).activation(Activation.TANH).network(2, 1);
    try (Sandbox sandbox = Sandbox.open()) {
      NDArray x = sandbox.run().create(new double[] {0.5, -1}, new Shape(1, 2));
      NDArray axes = sandbox.run().eye(2);
      Trace trace =
          sandbox.record(
              (p, data) -> {
                BoundNetwork bound = p.module("critic", network);
                p.deterministic("free", bound.apply(x));
                p.deterministic("fixed", bound.fixed().apply(x));
                p.deterministic("slopes", bound.along(x, axes).slopes());
              });
      NDArray weight = sandbox.params().leaf(sandbox.run(), "critic.1.weight");

      assertThat(sandbox.params().names())
          .containsExactly("critic.0.weight", "critic.0.bias", "critic.1.weight", "critic.1.bias");
      assertThat(trace.value("slopes").getShape()).isEqualTo(new Shape(1, 2, 1));
      assertThat(Tensors.values(trace.value("fixed")))
          .isEqualTo(Tensors.values(trace.value("free")));
      assertThat(Tensors.values(slope(trace.value("free"), weight))).doesNotContain(0);
      assertThat(Tensors.values(slope(trace.value("fixed").add(weight.sum().mul(0)), weight)))
          .containsOnly(0);
    }
  }

  private static NDArray slope(NDArray y, NDArray weight) {
    return Autograd.grad(Tensors.total(y), List.of(weight)).get(0);
  }

  @Test
  void prefixedCopiesHaveTheirOwnTensors() {
    try (Sandbox sandbox = Sandbox.open()) {
      sandbox.record(
          (p, data) -> {
            PROGRAM.with(new Prefix("a")).run(p, null);
            PROGRAM.with(new Prefix("b")).run(p, null);
          });

      assertThat(sandbox.params().names()).containsExactly("a.flow.shift", "b.flow.shift");
      assertThat(sandbox.params().value("a.flow.shift"))
          .isNotEqualTo(sandbox.params().value("b.flow.shift"));
    }
  }
}
