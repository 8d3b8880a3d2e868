package org.ppl4j.flows;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/** Layers over circular splines know no seam. */
@ExtendWith(LeakCheck.class)
class TorusTest {

  private static final int DIM = 3;
  private static final int ROWS = 50;
  private static final CircularSpline SPLINE = CircularSpline.of(6);

  static Stream<Named<TransformModule>> modules() {
    Coupling coupling = Coupling.of(DIM, SPLINE);
    Autoregressive autoregressive = Autoregressive.of(DIM, SPLINE);
    return Stream.of(
        Named.of("elementwise", Elementwise.of(DIM, SPLINE)),
        Named.of("coupling", coupling),
        Named.of("coupling of both parts", coupling.passing(SPLINE)),
        Named.of("alternating coupling", coupling.partition(Partition.alternating())),
        Named.of("couplings", coupling.then(Flip.of()).then(coupling).then(Flip.of())),
        Named.of("autoregressive", autoregressive),
        Named.of("inverted", autoregressive.inverted()),
        Named.of("stack", autoregressive.then(autoregressive.order(2, 0, 1))));
  }

  /** Of a uniform base: the log-density is the same at both names of an angle, its limits there. */
  @ParameterizedTest
  @MethodSource("modules")
  void logDensityIsContinuousAcrossTheSeam(TransformModule module) {
    int judged = 0;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, module);
      NDArray angles = FlowTensors.rng("angles").uniform(run, new Shape(ROWS, DIM));
      NDArray inside = angles.mul(2).sub(1).mul(3);
      for (int i = 0; i < DIM; i++) {
        for (boolean isInverse : new boolean[] {false, true}) {
          double[] left = logDet(transform, with(inside, i, -Math.PI), isInverse);
          double[] right = logDet(transform, with(inside, i, Math.PI), isInverse);
          for (int k = 0; k < ROWS; k++) {
            assertThat(left[k])
                .as("row %s, coordinate %s, inverse %s", k, i, isInverse)
                .isEqualTo(right[k], within(1e-9));
            judged++;
          }
        }
      }
    }
    assertThat(judged).isEqualTo(2 * DIM * ROWS);
  }

  private static Transform bound(Run run, TransformModule module) {
    return module.bind(
        FlowTensors.random(run, module.tensors(), 1), FlowTensors.rng("noise"), false);
  }

  private static NDArray with(NDArray x, int coordinate, double angle) {
    NDArray column = Tensors.run(x).full(angle, new Shape(ROWS, 1));
    NDArray before = Tensors.range(x, -1, 0, coordinate);
    NDArray behind = Tensors.range(x, -1, coordinate + 1L, DIM);
    return Tensors.concat(List.of(before, column, behind), -1);
  }

  private static double[] logDet(Transform transform, NDArray x, boolean isInverse) {
    return Tensors.values((isInverse ? transform.inverse(x) : transform.forward(x)).logDet());
  }

  /** Raw angles where cosines and sines are due make a jump, which the law sees. */
  @Test
  void aSeamIsSeen() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Transform transform = bound(run, Coupling.of(DIM, RationalQuadratic.of(6, 4)));
      NDArray inside = run.zeros(new Shape(ROWS, DIM));
      double left = logDet(transform, with(inside, 0, -Math.PI), false)[0];
      double right = logDet(transform, with(inside, 0, Math.PI), false)[0];

      assertThat(Math.abs(left - right)).isGreaterThan(1e-3);
    }
  }

  @Test
  void domainsSayWhichCoordinatesAreAngles() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Constraint angles = Constraint.independent(Constraint.CIRCULAR, 1);
      for (TransformModule module :
          List.of(Coupling.of(DIM, SPLINE), Autoregressive.of(DIM, SPLINE))) {
        Transform transform = bound(run, module);

        assertThat(transform.domain()).isEqualTo(angles);
        assertThat(transform.codomain()).isEqualTo(angles);
        assertThat(transform.inverted().codomain()).isEqualTo(angles);
      }
      Transform mixed =
          bound(
              run,
              Coupling.of(DIM, SPLINE)
                  .passing(RationalQuadratic.of(4, 3))
                  .partition(Partition.alternating()));

      assertThat(mixed.domain()).hasToString("stack[circular, real, circular]");
      assertThat(mixed.codomain()).hasToString("stack[circular, real, circular]");
    }
  }
}
