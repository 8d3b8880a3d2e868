package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Solvers on equations with a solution in closed form. */
@ExtendWith(LeakCheck.class)
class SolverTest {

  /** z″ = −z, as position and speed: a turn. */
  private static final Rate TURN =
      (time, z) -> {
        NDArray position = Tensors.range(z, -1, 0, 1);
        NDArray speed = Tensors.range(z, -1, 1, 2);
        return Tensors.concat(List.of(speed, position.neg()), -1);
      };

  /** dz/dt = −2 t z, so that z = exp(−t²) from 1 at t = 0: the time matters. */
  private static final Rate BELL = (time, z) -> z.mul(time).mul(-2);

  static List<Solver> solvers() {
    return List.of(Solver.rungeKutta(400), Solver.dormandPrince(1e-11));
  }

  private static NDArray state(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void stepsOntoEveryTimeForwardsAndBackwards(Solver solver) {
    double[] forwards = {0, 0.1, 0.15, 2, 3};
    double[] backwards = {0, -0.3, -0.31, -2};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (double[] times : List.of(forwards, backwards)) {
        Solution turn = solver.solve(TURN, state(run, 1, 0), times);
        Solution bell = solver.solve(BELL, state(run, 1), times);

        assertThat(turn.states()).hasSize(times.length - 1);
        for (int i = 1; i < times.length; i++) {
          double t = times[i];
          assertClose("turn", turn.states().get(i - 1), 1e-9, Math.cos(t), -Math.sin(t));
          assertClose("bell", bell.states().get(i - 1), 1e-9, Math.exp(-t * t));
        }
        assertThat(turn.end()).isSameAs(turn.states().get(times.length - 2));
      }
    }
  }

  /** Half as large steps leave a sixteenth of the error. */
  @Test
  void rungeKuttaIsOfFourthOrder() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] errors = new double[3];
      for (int i = 0; i < errors.length; i++) {
        Solver solver = Solver.rungeKutta(20 << i);
        errors[i] = Tensors.values(solver.solve(TURN, state(run, 1, 0), 0, 5).end())[0];
        errors[i] -= Math.cos(5);
      }

      for (int i = 1; i < errors.length; i++) {
        assertThat(errors[i - 1] / errors[i]).isCloseTo(16, within(1.0));
      }
      assertThat(Solver.rungeKutta(20).solve(TURN, state(run, 1, 0), 0, 1, 5).evaluations())
          .isEqualTo(160);
    }
  }

  /** Errors follow the tolerance, and evaluations its fifth root. */
  @ParameterizedTest
  @ValueSource(doubles = {1e-4, 1e-6, 1e-8, 1e-10, 1e-12})
  void dormandPrinceKeepsItsTolerance(double tolerance) {
    Solver solver = Solver.dormandPrince(tolerance);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Solution solution = solver.solve(TURN, state(run, 1, 0), 0, 5);

      double error = Math.abs(Tensors.values(solution.end())[0] - Math.cos(5));
      assertThat(error).isLessThanOrEqualTo(solver.accuracy()).isGreaterThan(tolerance / 1000);
      // 5 units of time in steps of some fifth root of 1000 tolerances.
      assertThat(solution.evaluations())
          .isBetween(
              (int) (4 / Math.pow(tolerance * 1e5, 0.2)),
              (int) (200 / Math.pow(tolerance * 1e5, 0.2)));
    }
  }

  /** Rows of other speeds take other steps, and each comes where it does alone. */
  @Test
  void rowsHaveStepsOfTheirOwn() {
    Solver solver = Solver.dormandPrince(1e-6);
    Rate rate = (time, z) -> Tensors.concat(List.of(speed(z), speed(z).mul(0)), -1);
    double[] speeds = {0, 0.1, 30, -30};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      double[] numbers = DoubleStream.of(speeds).flatMap(s -> DoubleStream.of(1, s)).toArray();
      NDArray start = run.create(numbers, new Shape(speeds.length, 2));
      Solution all = solver.solve(rate, start, 0, 1, 1.5);
      int most = 0;
      for (int i = 0; i < speeds.length; i++) {
        Solution alone = solver.solve(rate, state(run, 1, speeds[i]), 0, 1, 1.5);
        for (int t = 0; t < 2; t++) {
          NDArray row = Tensors.range(all.states().get(t), -2, i, i + 1L).squeeze(-2);
          // Sums of a batch may be rounded otherwise.
          assertClose("row", row, alone.states().get(t), 1e-12);
        }
        assertClose("end", alone.end(), 1e-3, Math.exp(speeds[i] * 1.5), speeds[i]);
        most = Math.max(most, alone.evaluations());
      }

      assertThat(all.evaluations()).isGreaterThanOrEqualTo(most);
      assertThat(all.rejected()).isNotNegative();
    }
  }

  /** dz/dt = s z for a state (z, s). */
  private static NDArray speed(NDArray state) {
    return Tensors.range(state, -1, 0, 1).mul(Tensors.range(state, -1, 1, 2));
  }

  /** z = z₀ exp(a t) has ∂z/∂a = t z and ∂z/∂z₀ = exp(a t). */
  @ParameterizedTest
  @MethodSource("solvers")
  void gradientsGoThroughTheSteps(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rateOfGrowth = Autograd.variable(state(run, -1.3));
      NDArray start = Autograd.variable(state(run, 2));
      NDArray end = solver.solve((time, z) -> z.mul(rateOfGrowth), start, 0, 1.7).end();

      List<NDArray> gradients = Autograd.grad(end.sum(), List.of(rateOfGrowth, start), true);

      double growth = Math.exp(-1.3 * 1.7);
      assertClose("in the rate", gradients.get(0), 1e-9, 1.7 * 2 * growth);
      assertClose("in the start", gradients.get(1), 1e-9, growth);
      NDArray second = Autograd.grad(gradients.get(0).sum(), List.of(rateOfGrowth)).get(0);
      assertClose("twice in the rate", second, 1e-8, 1.7 * 1.7 * 2 * growth);
    }
  }

  @Test
  void singlePrecisionIsAsExactAsItsRounding() {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(single, 0)) {
      Solution solution = Solver.dormandPrince(1e-6).solve(TURN, state(run, 1, 0), 0, 5);

      assertClose("end", solution.end(), 2e-5, Math.cos(5), -Math.sin(5));
    }
  }

  @Test
  void equationsThatAreTooStiffSayWhere() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Rate stiff = (time, z) -> z.sub(time.cos()).mul(-1e9);

      assertThatThrownBy(() -> Solver.dormandPrince(1e-6).solve(stiff, state(run, 0), 0, 1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageMatching(
              "solver dormand-prince\\(1.0E-6\\) is at time [0-9.E-]+ after 3001 attempts, and its"
                  + " step there is [0-9.E-]+: the differential equation is too stiff, or leads to"
                  + " infinity; bound its right side, loosen the tolerance, or take fixed steps");
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Solver.rungeKutta(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("runge-kutta takes 0 steps, but needs at least 1");
    for (double tolerance : new double[] {0, 1, Double.NaN}) {
      assertThatThrownBy(() -> Solver.dormandPrince(tolerance))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "dormand-prince has tolerance " + tolerance + ", but it must be between 0 and 1");
    }
    Solver solver = Solver.rungeKutta(1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> solver.solve(TURN, run.scalar(1), 0, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("state of a differential equation has shape (); make it (*, M)");
      assertThatThrownBy(() -> solver.solve(TURN, state(run, 1, 0), 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "differential equation has 1 times; pass that of the start and at least one more");
      assertThatThrownBy(() -> solver.solve(TURN, state(run, 1, 0), 0, 2, 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "differential equation has time 1.0 after 2.0; pass finite times that rise or fall"
                  + " all along");
      assertThatThrownBy(() -> solver.solve(TURN, state(run, 1, 0), 0, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("differential equation has time 0.0 after 0.0");
    }
  }
}
