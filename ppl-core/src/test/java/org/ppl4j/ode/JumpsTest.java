package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.LeakCheck;

/**
 * Equations in which something happens that is short beside their times: a drug is infused from 5.0
 * to 5.1 and leaves at a rate k, dz/dt = r [5 ≤ t &lt; 5.1] − k z.
 */
@ExtendWith(LeakCheck.class)
class JumpsTest {

  private static final double BEGIN = 5;
  private static final double END = 5.1;
  private static final double[] TIMES = {0, 4, 5.05, 6, 10};

  /** θ = (r, k). */
  private static final Equation INFUSION = infusion(true);

  private static Equation infusion(boolean isClosedOnTheLeft) {
    return (time, z, theta) -> {
      List<NDArray> of = Tensors.split(theta, -1, 1, 1);
      NDArray flows =
          isClosedOnTheLeft
              ? time.gte(BEGIN).logicalAnd(time.lt(END))
              : time.gt(BEGIN).logicalAnd(time.lte(END));
      NDArray none = of.get(0).mul(0);
      return Tensors.where(flows, of.get(0), none).sub(of.get(1).mul(z));
    };
  }

  /** ∫ r exp(−k (t − s)) ds over the infusion so far. */
  private static double amount(double time, double r, double k) {
    if (time <= BEGIN) {
      return 0;
    }
    double end = Math.min(time, END);
    return r / k * (Math.exp(-k * (time - end)) - Math.exp(-k * (time - BEGIN)));
  }

  static List<Solver> methods() {
    return List.of(Solver.dormandPrince(1e-7), Solver.rosenbrock(1e-5), Solver.rungeKutta(40));
  }

  private static NDArray row(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  private static double accuracy(Solver solver) {
    return Math.max(1e-6, solver.accuracy());
  }

  /** One row is solved in Java, a batch too, and an equation with whole numbers in operations. */
  @ParameterizedTest
  @MethodSource("methods")
  void statesAndGradientsAreThoseOfTheClosedForm(Solver method) {
    Solver solver = method.withJumps(END, BEGIN, -3, 400);
    double r = 10;
    double k = 0.3;
    for (boolean isClosed : new boolean[] {true, false}) {
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray none = run.arange(1);
        Equation inJava = infusion(isClosed);
        Equation inOperations = (time, z, of) -> inJava.rate(time, z, of).add(none);
        for (Equation equation : List.of(inJava, inOperations)) {
          for (Shape batch : List.of(new Shape(1), new Shape(2, 1, 1))) {
            NDArray theta = Autograd.variable(row(run, r, k));
            NDArray states = Ode.solve(solver, equation, run.zeros(batch), TIMES, theta);
            double[] z = Tensors.values(states);
            for (int i = 0; i < z.length; i++) {
              double expected = amount(TIMES[i % TIMES.length], r, k);
              assertThat(z[i]).isCloseTo(expected, within(accuracy(solver)));
            }
            double[] slopes = Tensors.values(Autograd.grad(states.sum(), List.of(theta)).get(0));
            double[] expected = new double[2];
            for (double time : TIMES) {
              expected[0] += batch.size() * amount(time, r, k) / r;
              double apart = amount(time, r, k + 1e-5) - amount(time, r, k - 1e-5);
              expected[1] += batch.size() * apart / 2e-5;
            }
            assertThat(slopes).containsExactly(expected, within(10 * accuracy(solver)));
          }
        }
      }
    }
  }

  /** Steps begin anew at each jump, and none is taken back, whichever rate is that of its time. */
  @Test
  void noStepIsTakenToFindAJump() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (boolean isClosed : new boolean[] {true, false}) {
        NDArray theta = row(run, 10, 0);
        Rate rate = (time, z) -> infusion(isClosed).rate(time, z, theta);
        Solution found =
            Solver.dormandPrince(1e-7)
                .withJumps(BEGIN, END)
                .solve(rate, run.zeros(new Shape(1)), 0, 10);

        assertThat(Tensors.values(found.end())[0]).isCloseTo(1, within(1e-12));
        assertThat(found.rejected()).isZero();
        assertThat(found.evaluations()).isLessThan(60);
        assertThat(found.states()).hasSize(1);
      }
    }
  }

  /** A step that follows its error sees nothing; one that is no longer than the dose sees it. */
  @ParameterizedTest
  @MethodSource("methods")
  void stepsNoLongerThanADoseSeeIt(Solver method) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray none = run.arange(1);
      Equation inOperations = (time, z, of) -> INFUSION.rate(time, z, of).add(none);
      for (Equation equation : List.of(INFUSION, inOperations)) {
        double[] blind = states(run, method, equation);
        double[] seeing = states(run, method.withLargestStep(0.01), equation);

        assertThat(blind[1]).isNotCloseTo(1, within(0.1));
        assertThat(seeing[1]).isCloseTo(1, within(0.02));
      }
    }
  }

  private static double[] states(Run run, Solver solver, Equation equation) {
    double[] times = {0, 10};
    return Tensors.values(
        Ode.solve(solver, equation, run.zeros(new Shape(1)), times, row(run, 10, 0)));
  }

  /** More of them than an equation may need by its error. */
  @Test
  void thousandsOfStepsMayBeAskedFor() {
    Solver solver = Solver.dormandPrince(1e-6).withLargestStep(1e-3);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray one = run.ones(new Shape(1));
      NDArray states = Ode.solve(solver, (t, z, of) -> z.neg(), one, new double[] {0, 4}, one);
      assertThat(Tensors.values(states)[1]).isCloseTo(Math.exp(-4), within(1e-10));
    }
  }

  @Test
  void backwardsAJumpIsOneToo() {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      for (Solver method : methods()) {
        NDArray states =
            Ode.solve(
                method.withJumps(BEGIN, END),
                INFUSION,
                run.ones(new Shape(1)),
                new double[] {10, 5.05, 0},
                row(run, 10, 0));
        assertThat(Tensors.values(states)).containsExactly(new double[] {1, 0.5, 0}, within(1e-9));
      }
    }
  }

  @Test
  void inSinglePrecisionSidesAreThoseOfItsNumbers() {
    RunConfig single = RunConfig.defaults().withFloatType(FloatType.FLOAT32);
    try (Run run = Run.open(single, 0)) {
      NDArray theta = row(run, 10, 0);
      for (boolean isClosed : new boolean[] {true, false}) {
        Rate rate = (time, z) -> infusion(isClosed).rate(time, z, theta);
        Solution found =
            Solver.dormandPrince(1e-4)
                .withJumps(BEGIN, END)
                .solve(rate, run.zeros(new Shape(1)), 0, 10);
        assertThat(Tensors.values(found.end())[0]).isCloseTo(1, within(1e-5));
        assertThat(found.rejected()).isZero();
      }
    }
  }

  /** Recorded, with its gradient; solutions by other jumps are others. */
  @Test
  void programsWithJumpsAreRecorded() {
    double[] times = {0, 10};
    VectorFunction both =
        new VectorFunction(
            "amounts",
            RunConfig.defaults(),
            (run, x) -> {
              NDArray theta = Tensors.concat(List.of(x, run.zeros(new Shape(1))), -1);
              Solver solver = Solver.dormandPrince(1e-7);
              NDArray seen =
                  Ode.solve(solver.withJumps(BEGIN, END), INFUSION, row(run, 0), times, theta);
              NDArray blind = Ode.solve(solver, INFUSION, row(run, 0), times, theta);
              return Tensors.total(seen).add(Tensors.total(blind).mul(3));
            },
            new double[] {1});
    double[] gradient = new double[1];

    double value = both.evaluate(new double[] {10}, gradient);

    assertThat(both.whyNot()).isEmpty();
    assertThat(value).isCloseTo(1, within(1e-9));
    assertThat(gradient[0]).isCloseTo(0.1, within(1e-9));
  }

  /** An entry of θ for each unit of time: at times up to 1 there is one entry. */
  @Test
  void anEquationIsTriedWithTheNumbersOfItsCaller() {
    Equation table =
        (time, z, theta) -> theta.gather(time.floor().toType(DataType.INT64, false), -1);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray states = Ode.solve(table, row(run, 2), new double[] {0, 0.5, 0.75}, row(run, 4));

      assertThat(Tensors.values(states)).containsExactly(new double[] {2, 4, 5}, within(1e-9));
    }
  }

  @Test
  void solversSayWhatTheyWereTold() {
    assertThat(Solver.dormandPrince(1e-6).withLargestStep(0.5).withJumps(5.1, 5))
        .hasToString("dormand-prince(1.0E-6, steps up to 0.5, jumps at [5.0, 5.1])");
    assertThat(Solver.rungeKutta(4).withJumps(2))
        .hasToString("runge-kutta(4 steps, jumps at [2.0])");
    for (double wrong : new double[] {0, -1, Double.NaN}) {
      assertThatThrownBy(() -> Solver.rosenbrock(1e-3).withLargestStep(wrong))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("largest step is %s, but it must be positive".formatted(wrong));
    }
    assertThatThrownBy(() -> Solver.rosenbrock(1e-3).withJumps(1, Double.POSITIVE_INFINITY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("rate jumps at time Infinity; pass finite times");
  }
}
