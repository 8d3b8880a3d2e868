package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.MaskedConditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** The inverse of autoregressive layers: its passes, and its gradients inside a loss. */
@ExtendWith(LeakCheck.class)
class AutoregressiveInverseTest {

  private static final int CONTEXT = 2;
  private static final Shape BATCH = new Shape(4, 3);

  /** A masked network that counts its passes. */
  private static final class Counted implements MaskedConditioner {

    private int recorded;
    private int unrecorded;

    @Override
    public Network network(List<BitSet> adjacency, int inputs, int each) {
      Network network = Made.of(16).network(adjacency, inputs, each);
      return new Network() {
        @Override
        public List<TensorSpec> tensors() {
          return network.tensors();
        }

        @Override
        public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
          recorded += Tensors.run(x).isRecording() ? 1 : 0;
          unrecorded += Tensors.run(x).isRecording() ? 0 : 1;
          return network.apply(tensors, x, rng, training);
        }
      };
    }
  }

  @Test
  void oneRecordedPassFollowsTheSearch() {
    Counted counted = new Counted();
    Autoregressive layer = Autoregressive.of(5, RationalQuadratic.of(4, 3)).conditioner(counted);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform =
          layer.bind(FlowTensors.random(run, layer.tensors(), 1), FlowTensors.rng("noise"), false);
      NDArray y = FlowTensors.rng("y").normal(run, new Shape(3, 5));

      Mapped recorded = transform.inverse(y);

      assertThat(counted.unrecorded).isEqualTo(5);
      assertThat(counted.recorded).isEqualTo(1);

      Mapped unrecorded = run.withoutGradients(() -> transform.inverse(y));

      assertThat(counted.unrecorded).isEqualTo(10);
      assertThat(counted.recorded).isEqualTo(1);
      assertClose("value", unrecorded.value(), recorded.value(), 1e-12);
      assertClose("log-det", unrecorded.logDet(), recorded.logDet(), 1e-12);
    }
  }

  static Stream<Arguments> layers() {
    return Stream.of(1, 2, 5)
        .flatMap(
            dim ->
                Stream.of(
                        AffineFamily.of(),
                        RationalQuadratic.of(4, 3),
                        CubicSpline.of(3, 3),
                        DeepSigmoid.of(3))
                    .map(family -> Arguments.of(dim, family)));
  }

  /** Against the D passes with all gradients recorded, for input, context and parameters. */
  @ParameterizedTest
  @MethodSource("layers")
  void gradientsInsideALossAreThoseOfRecordedPasses(int dim, ScalarFamily family) {
    ConditionalTransformModule module =
        Autoregressive.of(dim, family).conditioner(Made.of(8)).conditional(CONTEXT);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> variables = new ArrayList<>();
      NamedTensors drawn = FlowTensors.random(run, module.tensors(), 1);
      Map<String, NDArray> tensors = new LinkedHashMap<>();
      for (TensorSpec spec : module.tensors()) {
        NDArray tensor = drawn.get(spec.name());
        boolean isLearned = spec.kind() == TensorSpec.Kind.PARAMETER;
        tensors.put(spec.name(), isLearned ? Autograd.variable(tensor) : tensor);
        if (isLearned) {
          variables.add(tensors.get(spec.name()));
        }
      }
      NDArray context = variable(run, "context", CONTEXT, variables);
      NDArray y = variable(run, "y", dim, variables);
      AutoregressiveMap map =
          (AutoregressiveMap)
              module.bind(NamedTensors.of(tensors), FlowTensors.rng("noise"), false).given(context);

      Mapped expected = map.solve(y);
      Mapped actual = map.inverse(y);

      assertClose("value", actual.value(), expected.value(), 1e-12);
      assertClose("log-det", actual.logDet(), expected.logDet(), 1e-12);
      List<NDArray> ofActual = Autograd.grad(loss(actual), variables);
      List<NDArray> ofExpected = Autograd.grad(loss(expected), variables);
      for (int i = 0; i < variables.size(); i++) {
        assertClose("gradient " + i, ofActual.get(i), ofExpected.get(i), 1e-8);
      }
    }
  }

  private static NDArray variable(Run run, String name, int width, List<NDArray> variables) {
    Shape shape = Shapes.concat(BATCH, new Shape(width));
    NDArray variable = Autograd.variable(FlowTensors.rng(name).normal(run, shape));
    variables.add(variable);
    return variable;
  }

  /** Not linear in either, and with both in one term. */
  private static NDArray loss(Mapped mapped) {
    return mapped
        .value()
        .square()
        .sum(new int[] {-1})
        .mul(mapped.logDet().tanh())
        .sum()
        .add(mapped.value().sin().sum())
        .add(mapped.logDet().square().sum());
  }
}
