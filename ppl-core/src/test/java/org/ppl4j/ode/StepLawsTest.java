package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** What methods of one step must keep, of dz/dt = z + cos t and of constant rates. */
@ExtendWith(LeakCheck.class)
class StepLawsTest {

  private static final Rate GROWTH = (time, z) -> z.add(time.cos());

  static Stream<EmbeddedMethod> embedded() {
    return Stream.of(new DormandPrince(), new Rosenbrock());
  }

  private static EmbeddedMethod.Step step(EmbeddedMethod method, Run run, double size) {
    NDArray time = run.full(0.3, new Shape(1));
    NDArray state = run.full(2, new Shape(1));
    NDArray first = GROWTH.of(time, state);
    return method.step(GROWTH, state, first, time, run.full(size, new Shape(1)));
  }

  @ParameterizedTest
  @MethodSource("embedded")
  void rowsThatStayHaveNoError(EmbeddedMethod method) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      EmbeddedMethod.Step step = step(method, run, 0);
      assertThat(step.state().getDouble()).isEqualTo(2);
      assertThat(step.rate().getDouble()).isCloseTo(2 + Math.cos(0.3), within(1e-15));
      assertThat(step.error().getDouble()).isZero();
    }
  }

  /** Halving the step divides the estimate by two to that power. */
  @ParameterizedTest
  @MethodSource("embedded")
  void estimatesFallAsTheirOrderSays(EmbeddedMethod method) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double large = step(method, run, 0.04).error().getDouble();
      double small = step(method, run, 0.02).error().getDouble();
      assertThat(Math.log(large / small) / Math.log(2)).isCloseTo(method.order(), within(0.3));
    }
  }

  @ParameterizedTest
  @MethodSource("embedded")
  void theRateIsThatOfTheEnd(EmbeddedMethod method) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      EmbeddedMethod.Step step = step(method, run, 0.1);
      assertThat(step.rate().getDouble())
          .isCloseTo(step.state().getDouble() + Math.cos(0.4), within(1e-15));
    }
  }

  /** A constant rate leads straight on, and the error falls with the fourth power. */
  @Test
  void theClassicalMethodGoesAlongItsRate() {
    Solver solver = Solver.equalSteps(new RungeKutta(), 1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = run.full(2, new Shape(1));
      NDArray end = solver.solve((time, z) -> run.full(3, new Shape(1)), start, 1, 1.5).end();
      assertThat(end.getDouble()).isCloseTo(3.5, within(1e-15));
      assertThat(solver).hasToString("runge-kutta(1 steps)");
      assertThat(Math.log(error(run, 4) / error(run, 8)) / Math.log(2)).isCloseTo(4, within(0.3));
    }
  }

  /** z = 2 eᵗ solves dz/dt = z. */
  private static double error(Run run, int steps) {
    NDArray start = run.full(2, new Shape(1));
    NDArray end = Solver.rungeKutta(steps).solve((time, z) -> z, start, 0, 1).end();
    return Math.abs(Tensors.values(end)[0] - 2 * Math.E);
  }

  @Test
  void settingsThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Solver.equalSteps(new RungeKutta(), 0))
        .withMessage("runge-kutta takes 0 steps, but needs at least 1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Solver.adaptive(new DormandPrince(), 1e-3, 0))
        .withMessage("dormand-prince has tolerance 0.0, but it must be between 0 and 1");
  }
}
