package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.ode.VariancePreserving;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Vectors that are not of a flow's size. */
@ExtendWith(LeakCheck.class)
class FlowWidthTest {

  private static final int DIM = 3;

  private static Transform bound(Run run, TransformModule module) {
    NamedTensors tensors = FlowTensors.random(run, module.tensors(), 0.3);
    return module.bind(tensors, FlowTensors.rng("noise"), false);
  }

  /** Where a flow takes vectors of any size, such as the reversal, it gives as many numbers. */
  @ParameterizedTest
  @ValueSource(ints = {DIM - 1, DIM + 1})
  void noNumberIsLeftOutOrMadeUp(int width) {
    int refused = 0;
    int mapped = 0;
    for (FlowCase row : FlowCases.all()) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        Transform transform = bound(run, row.module().apply(DIM));
        NDArray x = run.full(0.5, new Shape(2, width));
        for (UnaryOperator<NDArray> map :
            List.<UnaryOperator<NDArray>>of(
                y -> transform.forward(y).value(), y -> transform.inverse(y).value())) {
          try {
            assertThat(map.apply(x).getShape()).as(row.name()).isEqualTo(x.getShape());
            mapped++;
          } catch (IllegalArgumentException | UnsupportedOperationException e) {
            refused++;
          }
        }
      }
    }
    assertThat(refused).isGreaterThan(100);
    assertThat(mapped).isPositive();
  }

  @Test
  void theSizeIsNamed() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (TransformModule module :
          List.of(
              Coupling.of(DIM, AffineFamily.of()),
              Coupling.of(DIM, AffineFamily.of()).passing(AffineFamily.of()),
              OdeFlow.of(DIM),
              Diffusion.of(DIM, VariancePreserving.of()))) {
        Transform transform = bound(run, module);
        for (NDArray x : List.of(run.ones(new Shape(4)), run.ones(new Shape(5, 2)))) {
          String message =
              "transform '%s' maps vectors of 3 numbers, but got shape %s"
                  .formatted(transform, x.getShape());
          assertThatThrownBy(() -> transform.forward(x))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessage(message);
          assertThatThrownBy(() -> transform.inverse(x)).hasMessage(message);
        }
      }
    }
  }
}
