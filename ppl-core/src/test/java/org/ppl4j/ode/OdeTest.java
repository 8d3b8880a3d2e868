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
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Recording;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.Arrival;
import org.ppl4j.testing.GradientLaw;
import org.ppl4j.testing.GradientLaw.Argument;
import org.ppl4j.testing.GradientLaw.Judged;
import org.ppl4j.testing.LeakCheck;

/** The equations of models: hares and lynxes, a drug that is eliminated. */
@ExtendWith(LeakCheck.class)
class OdeTest {

  /** Lotka and Volterra's: du/dt = (α − β v) u, dv/dt = (δ u − γ) v, θ = (α, β, γ, δ). */
  private static final Equation HARES =
      (time, state, theta) -> {
        List<NDArray> uv = Tensors.split(state, -1, 1, 1);
        List<NDArray> of = Tensors.split(theta, -1, 1, 1, 1, 1);
        NDArray hares = uv.get(0);
        NDArray lynxes = uv.get(1);
        return Tensors.concat(
            List.of(
                of.get(0).sub(of.get(1).mul(lynxes)).mul(hares),
                of.get(3).mul(hares).sub(of.get(2)).mul(lynxes)),
            -1);
      };

  /** Michaelis and Menten's: dc/dt = −V c / (K + c), θ = (V, K). */
  private static final Equation ELIMINATION =
      (time, c, theta) -> {
        List<NDArray> of = Tensors.split(theta, -1, 1, 1);
        return of.get(0).mul(c).div(of.get(1).add(c)).neg();
      };

  private static final double[] YEARS = {0, 1, 2.5, 4, 8, 12, 20};

  /** About those of the lynxes of Canada. */
  private static final double[] THETA = {0.55, 0.028, 0.84, 0.024};

  private static final double[] START = {33.9, 5.9};

  static List<Solver> solvers() {
    return List.of(Solver.rungeKutta(200), Solver.dormandPrince(1e-11));
  }

  /** Gradients are of the steps, however few. */
  static List<Solver> fewSteps() {
    return List.of(Solver.rungeKutta(10), Solver.dormandPrince(1e-11));
  }

  private static NDArray row(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  /** δ u − γ log u + β v − α log v stays. */
  @ParameterizedTest
  @MethodSource("solvers")
  void haresAndLynxesKeepWhatTheyKeep(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray states = Ode.solve(solver, HARES, row(run, START), YEARS, row(run, THETA));

      assertThat(states.getShape()).isEqualTo(new Shape(YEARS.length, 2));
      double[] all = Tensors.values(states);
      assertThat(all).startsWith(START);
      for (int i = 0; i < all.length; i += 2) {
        assertThat(kept(all[i], all[i + 1])).isCloseTo(kept(START[0], START[1]), within(1e-8));
      }
    }
  }

  private static double kept(double hares, double lynxes) {
    return THETA[3] * hares
        - THETA[2] * Math.log(hares)
        + THETA[1] * lynxes
        - THETA[0] * Math.log(lynxes);
  }

  /** c + K log c falls evenly, by V each unit of time. */
  @ParameterizedTest
  @MethodSource("solvers")
  void aDrugIsEliminatedAsInClosedForm(Solver solver) {
    double most = 1.2;
    double half = 0.8;
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray states =
          Ode.solve(
              solver, ELIMINATION, row(run, 5), new double[] {0, 1, 3, 6}, row(run, most, half));

      double[] c = Tensors.values(states);
      double[] times = {0, 1, 3, 6};
      for (int i = 0; i < times.length; i++) {
        assertThat(c[i] + half * Math.log(c[i]) + most * times[i])
            .isCloseTo(5 + half * Math.log(5), within(1e-8));
      }
    }
  }

  /** In start and parameters, with fixed steps and with steps that follow the error. */
  @ParameterizedTest
  @MethodSource("fewSteps")
  void gradientsAreThoseOfDifferences(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      List<Argument> arguments =
          List.of(
              Argument.parameter("start", row(run, 2, 1)),
              Argument.parameter("theta", row(run, 1.1, 0.4, 0.7, 0.3)));
      Judged judged =
          GradientLaw.each(
              "hares by " + solver,
              arguments,
              (of, in) ->
                  List.of(Ode.solve(solver, HARES, in.get(0), new double[] {0, 1, 3}, in.get(1))),
              Arrival.RESULT,
              4);
      assertThat(judged.moving()).isEqualTo(6);
    }
  }

  /** Draws of parameters on the left of the times, each with the states that it has alone. */
  @Test
  void rowsOfParametersAreRowsOfStates() {
    double[][] thetas = {{0.55, 0.028, 0.84, 0.024}, {0.6, 0.03, 0.8, 0.02}, {0.3, 0.05, 1, 0.03}};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray theta = run.bind(Tensors.matrix(thetas)).expandDims(-2);
      NDArray all = Ode.solve(HARES, row(run, START), YEARS, theta);

      assertThat(all.getShape()).isEqualTo(new Shape(3, YEARS.length, 2));
      for (int i = 0; i < thetas.length; i++) {
        NDArray alone = Ode.solve(HARES, row(run, START), YEARS, row(run, thetas[i]));
        assertClose("states", Tensors.range(all, -3, i, i + 1L).squeeze(-3), alone, 1e-10);
      }
    }
  }

  @Test
  void whatLeadsToInfinityHasNoNumbers() {
    Equation square = (time, z, theta) -> z.square().mul(theta);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray states = Ode.solve(square, row(run, 2), new double[] {0, 0.25, 1}, row(run, 1));

      double[] z = Tensors.values(states);
      assertThat(z[1]).isCloseTo(4, within(1e-3));
      assertThat(z[2]).isNaN();
    }
  }

  static List<Solver> relativeToSmallStates() {
    return List.of(Solver.dormandPrince(1e-6, 1e-20), Solver.rosenbrock(1e-3, 1e-20));
  }

  /** exp(−4 t) falls to 1e-7, of which an absolute tolerance of its size leaves noise. */
  @ParameterizedTest
  @MethodSource("relativeToSmallStates")
  void smallStatesKeepTheirDigits(Solver solver) {
    double[] times = {0, 1, 4};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray none = run.zeros(new Shape(1));
      Equation inJava = (time, z, theta) -> z.mul(theta).neg();
      Equation inOperations = (time, z, theta) -> z.mul(theta).neg().add(none);
      for (Shape start : List.of(new Shape(1), new Shape(2, 1, 1))) {
        for (Equation equation : List.of(inJava, inOperations)) {
          NDArray theta = Autograd.variable(row(run, 4));
          NDArray logs = Ode.solve(solver, equation, run.ones(start), times, theta).log();
          double[] found = Tensors.values(logs);
          for (int i = 0; i < found.length; i++) {
            assertThat(found[i]).isCloseTo(-4 * times[i % 3], within(solver.accuracy()));
          }
          double slope = Tensors.values(Autograd.grad(logs.sum(), List.of(theta)).get(0))[0];
          assertThat(slope).isCloseTo(-5.0 * start.size(), within(2 * solver.accuracy()));
        }
      }
    }
  }

  @Test
  void tolerancesAreChecked() {
    assertThat(Solver.dormandPrince(1e-6, 1e-12))
        .hasToString("dormand-prince(1.0E-6, absolute 1.0E-12)");
    assertThat(Solver.rosenbrock(1e-3)).hasToString("rosenbrock(0.001)");
    for (double wrong : new double[] {0, -1, 1, Double.NaN}) {
      assertThatThrownBy(() -> Solver.dormandPrince(1e-6, wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "dormand-prince has tolerance %s, but it must be between 0 and 1".formatted(wrong));
      assertThatThrownBy(() -> Solver.rosenbrock(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "rosenbrock has tolerance %s, but it must be between 0 and 1".formatted(wrong));
    }
  }

  static List<Solver> stepsByError() {
    return List.of(Solver.dormandPrince(1e-8), Solver.rosenbrock(1e-3));
  }

  /**
   * z = z₀ / (1 − θ z₀ t) is infinite at some time in one row of three; the others are what they
   * are alone, with their gradients, in Java and in operations.
   */
  @ParameterizedTest
  @MethodSource("stepsByError")
  void aRowThatLeadsToInfinityLeavesTheOthers(Solver solver) {
    double[] starts = {0.1, 2, -1};
    double[] times = {0, 0.25, 1};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray none = run.zeros(new Shape(1));
      Equation inJava = (time, z, theta) -> z.square().mul(theta);
      Equation inOperations = (time, z, theta) -> z.square().mul(theta).add(none);
      boolean isStiff = solver.accuracy() > 0.1; // of few steps, each of which takes long
      double accuracy = isStiff ? 0.01 : solver.accuracy();
      for (Equation equation : List.of(inJava, inOperations)) {
        NDArray start = run.create(starts, new Shape(3, 1, 1));
        NDArray theta = Autograd.variable(run.ones(new Shape(3, 1, 1)));
        NDArray states = Ode.solve(solver, equation, start, times, theta);
        NDArray ends = Tensors.range(states, -2, 2, 3);
        NDArray kept = Tensors.where(ends.isNaN(), run.scalar(0), ends);
        double[] slopes = Tensors.values(Autograd.grad(kept.sum(), List.of(theta)).get(0));
        double[] z = Tensors.values(states);
        for (int row = 0; row < starts.length; row++) {
          double early = starts[row] / (1 - starts[row] * 0.25);
          assertThat(z[3 * row + 1])
              .isCloseTo(early, within(accuracy * Math.max(1, early * early)));
          if (row == 1) {
            assertThat(z[3 * row + 2]).isNaN();
          } else {
            double end = starts[row] / (1 - starts[row]);
            assertThat(z[3 * row + 2]).isCloseTo(end, within(accuracy));
            assertThat(slopes[row]).isCloseTo(end * end, within(accuracy));
          }
        }
      }
    }
  }

  /** As sums of tenths are, which differ by a rounding: in Java and in operations. */
  @ParameterizedTest
  @MethodSource("stepsByError")
  void timesMayBeNextToEachOther(Solver solver) {
    double[] times = {0, 0.3, Math.nextUp(0.3), 1, Math.nextUp(1.0)};
    double[] alone = {1, Math.nextUp(1.0)};
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray rate = run.full(-0.7, new Shape(1));
      NDArray theta = row(run, 1);
      Equation inJava = (time, z, of) -> z.mul(of).mul(-0.7);
      Equation inOperations = (time, z, of) -> z.mul(of).mul(rate);
      for (Shape start : List.of(new Shape(1), new Shape(2, 1, 1))) {
        for (Equation equation : List.of(inJava, inOperations)) {
          NDArray z = run.ones(start);
          double[] states = Tensors.values(Ode.solve(solver, equation, z, times, theta));
          for (int i = 0; i < states.length; i++) {
            double expected = Math.exp(-0.7 * times[i % times.length]);
            assertThat(states[i]).isCloseTo(expected, within(solver.accuracy()));
          }
          double[] ends = Tensors.values(Ode.solve(solver, equation, z, alone, theta));
          assertThat(ends[1]).isCloseTo(1, within(1e-15));
        }
      }
    }
  }

  /** A rate that is one number is that of each state; a solver of rates takes it as an equation. */
  @ParameterizedTest
  @MethodSource("stepsByError")
  void oneRateIsThatOfEachState(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = run.create(new double[] {1, 2, 3, 4}, new Shape(2, 2));
      Solution found = solver.solve((time, z) -> run.scalar(0.5), start, 0, 2);

      assertClose("states", found.end(), start.add(1), 1e-12);
    }
  }

  @Test
  void oneNumberNeedsADim() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      assertThatThrownBy(() -> Ode.solve(HARES, run.scalar(1), YEARS, row(run, THETA)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "differential equation has a start of shape () and parameters of shape (4); make them"
                  + " (*, M) and (*, P), one number by expandDims(-1)");
    }
  }

  @Test
  void theDimOfTheTimesIsFree() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray theta = run.bind(Tensors.matrix(THETA, THETA, THETA));

      assertThatThrownBy(() -> Ode.solve(HARES, row(run, START), YEARS, theta))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "differential equation has starts and parameters of batch (3), whose rightmost dim"
                  + " the times take; pass them with a 1 there, by a plate at dim -2 or"
                  + " expandDims(-2)");
    }
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void rowsWithoutARunAreSolvedWithoutOne(Solver solver) {
    NDArray start = Tensors.vector(2);
    NDArray rate = Tensors.vector(0.5);

    NDArray states =
        Ode.solve(solver, (time, z, of) -> z.mul(of), start, new double[] {0, 1}, rate);

    assertThat(Tensors.hasRun(states)).isFalse();
    assertThat(states.getShape()).isEqualTo(new Shape(2, 1));
    assertThat(states.toDoubleArray()[1]).isCloseTo(2 * Math.exp(0.5), within(1e-5));
  }

  @ParameterizedTest
  @MethodSource("solvers")
  void ratesAreOfTheStates(Solver solver) {
    Equation two = (time, z, of) -> Tensors.concat(List.of(z, z), -1);
    NDArray one = Tensors.vector(1);

    assertThatThrownBy(() -> Ode.solve(solver, two, one, new double[] {0, 1}, one))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "differential equation has rates of shape \\((1, )?2\\) for states of shape"
                + " \\((1, )?1\\); return a rate for each state, as \\(\\*, M\\)");
  }

  /** What may be off at the default tolerance of 1e-6. */
  @Test
  void theDefaultIsAsExactAsItSays() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray coarse = Ode.solve(HARES, row(run, START), YEARS, row(run, THETA));
      NDArray fine =
          Ode.solve(Solver.dormandPrince(1e-12), HARES, row(run, START), YEARS, row(run, THETA));

      assertClose("states", coarse, fine, 2e-4);
      assertThat(Tensors.values(coarse.sub(fine).abs().max())[0]).isPositive();
    }
  }

  /** dz/dt = −θ z from 1 on, of which the state at time 1 is exp(−θ). */
  @Test
  void manyEqualStepsAreOneOperation() {
    double[] at = {0.7};
    VectorFunction end =
        new VectorFunction(
            "the end",
            RunConfig.defaults().withRecording(Recording.REQUIRED),
            (run, theta) ->
                Tensors.total(
                    Tensors.range(
                        Ode.solve(
                            Solver.rungeKutta(20_000),
                            (time, z, rate) -> z.mul(rate).neg(),
                            run.ones(new Shape(1)),
                            new double[] {0, 1},
                            theta),
                        -2,
                        1,
                        2)),
            at);
    double[] slope = new double[1];

    assertThat(end.evaluate(at, slope)).isCloseTo(Math.exp(-0.7), within(1e-12));
    assertThat(slope[0]).isCloseTo(-Math.exp(-0.7), within(1e-12));
    assertThat(end.isRecorded()).isTrue();
  }
}
