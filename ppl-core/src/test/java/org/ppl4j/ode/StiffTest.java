package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** The solver of stiff equations, where others take steps without end. */
@ExtendWith(LeakCheck.class)
class StiffTest {

  /** Robertson's three reactions. */
  private static final Rate REACTIONS =
      (time, state) -> {
        List<NDArray> y = Tensors.split(state, -1, 1, 1, 1);
        NDArray slow = y.get(0).mul(0.04);
        NDArray back = y.get(1).mul(y.get(2)).mul(1e4);
        NDArray fast = y.get(1).square().mul(3e7);
        return Tensors.concat(List.of(back.sub(slow), slow.sub(back).sub(fast), fast), -1);
      };

  private static NDArray state(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  /**
   * Against the table in the documentation of LSODE, which has four digits or five; and, at the
   * last time, against the test set for solvers of initial value problems (Mazzia and Magherini
   * 2008, problem ROBER), which has all. Over them the reactions slow down by ten powers of ten.
   */
  @Test
  void robertsonsReactionsAreSolved() {
    double[] times = {0, 0.4, 4, 40, 400, 4e3, 4e4, 1e11};
    double[][] published = {
      {9.851726e-01, 3.386406e-05, 1.479357e-02},
      {9.055142e-01, 2.240418e-05, 9.446344e-02},
      {7.158050e-01, 9.184616e-06, 2.841858e-01},
      {4.504846e-01, 3.222434e-06, 5.495122e-01},
      {1.831701e-01, 8.940379e-07, 8.168290e-01},
      {3.897016e-02, 1.621193e-07, 9.610297e-01},
      {0.2083340149701255e-7, 0.8333360770334713e-13, 0.9999999791665050}
    };
    double[] within = {2e-4, 2e-4, 2e-4, 2e-4, 2e-4, 2e-4, 1e-8};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Solution solution =
          run.withoutGradients(
              () -> Solver.rosenbrock(1e-6).solve(REACTIONS, state(run, 1, 0, 0), times));

      for (int i = 0; i < published.length; i++) {
        double[] y = Tensors.values(solution.states().get(i));
        assertThat(y[0]).isCloseTo(published[i][0], within(within[i]));
        assertThat(y[1])
            .isCloseTo(published[i][1], within(Math.max(1e-13, 1e-2 * published[i][1])));
        assertThat(y[2]).isCloseTo(published[i][2], within(within[i]));
        assertThat(y[0] + y[1] + y[2]).isCloseTo(1, within(1e-12));
      }
      assertThat(solution.evaluations()).isLessThan(3000);
    }
  }

  /** z′ = λ (cos t − z): (λ² cos t + λ sin t) / (1 + λ²) once the start is forgotten. */
  @Test
  void aStateThatFollowsAtOnceIsFollowedInLongSteps() {
    double rate = 1e6;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Solver solver = Solver.rosenbrock(1e-6);
      Solution solution =
          run.withoutGradients(
              () -> solver.solve((time, z) -> time.cos().sub(z).mul(rate), state(run, 0), 0, 2));

      double expected = (rate * rate * Math.cos(2) + rate * Math.sin(2)) / (1 + rate * rate);
      assertClose("end", solution.end(), solver.accuracy(), expected);
      // An explicit method of any order needs 2 · 10⁶ / 3 steps or more.
      assertThat(solution.evaluations()).isLessThan(3000);
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 1e-5, 1e-7})
  void keepsItsToleranceWithItsGradients(double tolerance) {
    Solver solver = Solver.rosenbrock(tolerance);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rate = Autograd.variable(state(run, -1.3));
      NDArray start = Autograd.variable(state(run, 2));
      // The time matters too: z = z₀ exp(a t²/2).
      Solution solution = solver.solve((time, z) -> z.mul(time).mul(rate), start, 0, 1.5);

      double half = 1.5 * 1.5 / 2;
      double growth = Math.exp(-1.3 * half);
      assertClose("end", solution.end(), solver.accuracy(), 2 * growth);
      List<NDArray> gradients = Autograd.grad(solution.end().sum(), List.of(rate, start));
      assertClose("in the rate", gradients.get(0), solver.accuracy(), half * 2 * growth);
      assertClose("in the start", gradients.get(1), solver.accuracy(), growth);
    }
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> Solver.rosenbrock(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rosenbrock has tolerance -1.0, but it must be between 0 and 1");
  }
}
