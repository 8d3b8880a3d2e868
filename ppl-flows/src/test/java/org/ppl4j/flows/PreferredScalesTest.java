package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A location and scale beside a shape prefer what a normal distribution would: where the shape is
 * the identity, whatever its parameters are, that is the log-density of the flow.
 */
@ExtendWith(LeakCheck.class)
class PreferredScalesTest {

  private static final int DIM = 3;
  private static final int ROWS = 5;

  /** A shape of one parameter, which says nothing. */
  private record Same() implements ScalarFamily {

    @Override
    public int parameters() {
      return 1;
    }

    @Override
    public Transform map(NDArray parameters) {
      return AffineFamily.additive().map(parameters.mul(0));
    }

    @Override
    public String toString() {
      return "same";
    }
  }

  private static final ScalarFamily TO_NOISE = AffineFamily.standardising().then(new Same());
  private static final ScalarFamily FROM_NOISE = new Same().then(AffineFamily.of());

  static Stream<Named<TransformModule>> flows() {
    return Stream.of(
        named(Autoregressive.of(DIM, TO_NOISE).inverted()),
        named(Autoregressive.of(DIM, TO_NOISE).order(2, 0, 1).inverted()),
        named(Coupling.of(DIM, FROM_NOISE).passing(FROM_NOISE)),
        named(Coupling.of(DIM, TO_NOISE).inverted()),
        named(Coupling.of(DIM, FROM_NOISE)));
  }

  private static Named<TransformModule> named(TransformModule flow) {
    return Named.of(flow.toString(), flow);
  }

  @ParameterizedTest
  @MethodSource("flows")
  void locationAndScalePreferTheNormalLogDensity(TransformModule flow) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rows = FlowTensors.rng("rows").normal(run, new Shape(ROWS, DIM));
      List<NDArray> preferred = new ArrayList<>();
      Mapped noise = bound(run, flow, preferred).inverse(rows);

      assertThat(preferred).hasSize(1);
      // A number that passes is 0 and 1 by itself: it is not preferred to be anything.
      NDArray moved = noise.value().sub(rows).abs().gt(0);
      NDArray squares = Tensors.where(moved, noise.value().square(), 0);
      assertClose(
          flow.toString(),
          preferred.get(0),
          1e-12,
          Tensors.values(noise.logDet().sub(squares.sum(new int[] {-1}).div(2))));
    }
  }

  /** What comes in is noise. */
  @ParameterizedTest
  @MethodSource("flows")
  void drawsPreferNothing(TransformModule flow) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray noise = FlowTensors.rng("rows").normal(run, new Shape(ROWS, DIM));
      List<NDArray> preferred = new ArrayList<>();
      Mapped unused = bound(run, flow, preferred).forward(noise);

      assertThat(preferred).isEmpty();
    }
  }

  static Stream<Named<TransformModule>> others() {
    return Stream.of(
        named(Flows.maf(DIM, 2)),
        named(Flows.affineCoupling(DIM, 2)),
        named(Coupling.of(DIM, new Same().then(AffineFamily.additive()))),
        named(Autoregressive.of(DIM, RationalQuadratic.of(4, 3)).inverted()));
  }

  @ParameterizedTest
  @MethodSource("others")
  void scalesWithoutShapesPreferNothing(TransformModule flow) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<NDArray> preferred = new ArrayList<>();
      Mapped unused =
          bound(run, flow, preferred)
              .inverse(FlowTensors.rng("rows").normal(run, new Shape(ROWS, DIM)));

      assertThat(preferred).isEmpty();
    }
  }

  private static Transform bound(Run run, TransformModule flow, List<NDArray> preferred) {
    NamedTensors tensors = FlowTensors.random(run, flow.tensors(), 0.3);
    return flow.bind(tensors.preferences(preferred::add), FlowTensors.rng("noise"), true);
  }
}
