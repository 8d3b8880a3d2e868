package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.ppl4j.testing.TensorAssertions.assertClose;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.DoubleSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.tensor.Autograd;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.VectorFunction;
import org.ppl4j.testing.LeakCheck;

/** Equations that are solved in Java, from their record. */
@ExtendWith(LeakCheck.class)
class JavaSolverTest {

  private static final double[] TIMES = {0, 0.5, 1.5, 3};

  /** du/dt = α (v cos β t − u), dv/dt = u − t v², which says more the later it is; θ = (α, β). */
  private static final Equation FORCED =
      (time, state, theta) -> {
        List<NDArray> uv = Tensors.split(state, -1, 1, 1);
        List<NDArray> of = Tensors.split(theta, -1, 1, 1);
        NDArray driven = uv.get(1).mul(of.get(1).mul(time).cos()).sub(uv.get(0));
        NDArray other = uv.get(0).sub(uv.get(1).square().mul(time));
        return Tensors.concat(List.of(driven.mul(of.get(0)), other), -1);
      };

  private static NDArray row(Run run, double... numbers) {
    return run.create(numbers, new Shape(numbers.length));
  }

  static List<Solver> inJava() {
    return List.of(Solver.dormandPrince(1e-7), Solver.rosenbrock(1e-4));
  }

  /**
   * With the parameters passed, and used from outside, in Java; and so for one row of a batch,
   * which is solved in operations: by the same steps, with the same derivatives.
   */
  @ParameterizedTest
  @MethodSource("inJava")
  void inJavaItIsAsInOperations(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      NDArray start = Autograd.variable(row(run, 1, 2));
      NDArray theta = Autograd.variable(row(run, 30, 0.7));
      Equation ofModel = (time, state, none) -> FORCED.rate(time, state, theta);
      List<NDArray> all =
          List.of(
              Ode.solve(solver, ofModel, start.expandDims(0), TIMES, row(run, 0)),
              Ode.solve(solver, FORCED, start, TIMES, theta),
              Ode.solve(solver, ofModel, start, TIMES, row(run, 0)));
      List<double[]> gradients = new ArrayList<>();
      for (NDArray states : all) {
        assertClose("states", states, 1e-9, Tensors.values(all.get(0)));
        Autograd.grad(states.square().add(1).log().sum(), List.of(start, theta))
            .forEach(gradient -> gradients.add(Tensors.values(gradient)));
      }

      for (int i = 2; i < gradients.size(); i++) {
        assertThat(gradients.get(i)).containsExactly(gradients.get(i % 2), within(1e-8));
      }
    }
  }

  /** A rate that a model has drawn, and numbers of its data beside it. */
  @Test
  void anEquationMayUseTensorsOfItsProgram() {
    double[] doses = {3, 5};
    VectorFunction sum =
        new VectorFunction(
            "sum of states",
            RunConfig.defaults(),
            (run, x) -> {
              NDArray rate = Tensors.range(x, -1, 0, 1).exp();
              NDArray dose = row(run, doses);
              NDArray first = Tensors.range(dose, -1, 0, 1);
              NDArray second = Tensors.range(dose, -1, 1, 2);
              Equation equation =
                  (time, z, none) ->
                      Tensors.concat(
                          List.of(
                              first.sub(rate.mul(Tensors.range(z, -1, 0, 1))),
                              Tensors.range(z, -1, 1, 2).mul(rate).neg().add(second)),
                          -1);
              NDArray end =
                  Ode.solve(equation, row(run, 0, 0), new double[] {0, 2}, run.zeros(new Shape(1)));
              return Tensors.total(end);
            },
            new double[] {0.1});
    double[] gradient = new double[1];

    double value = sum.evaluate(new double[] {0}, gradient);

    // z = d (1 − exp(−k t)) / k with k = 1, whose derivative in log k is d (exp(−t) (1 + t) − 1).
    assertThat(sum.whyNot()).isEmpty();
    assertThat(value).isCloseTo(8 * (1 - Math.exp(-2)), within(1e-5));
    assertThat(gradient[0]).isCloseTo(8 * (3 * Math.exp(-2) - 1), within(1e-5));
  }

  /** All that has a run is what the equation uses. */
  @ParameterizedTest
  @MethodSource("inJava")
  void theRunMayBeThatOfTheEquation(Solver solver) {
    try (Run run = Run.open(RunConfig.defaults(), 3)) {
      NDArray rate = Autograd.variable(row(run, -0.5));
      NDArray states =
          Ode.solve(
              solver,
              (time, z, none) -> z.mul(rate),
              Tensors.vector(2),
              new double[] {0, 1},
              Tensors.vector(0));

      double end = 2 * Math.exp(-0.5);
      assertThat(Tensors.values(states)[1]).isCloseTo(end, within(solver.accuracy()));
      assertThat(Tensors.values(Autograd.grad(states.sum(), List.of(rate)).get(0))[0])
          .isCloseTo(end, within(solver.accuracy()));
    }
  }

  /** As particles have: each of the equation's rows is what it is alone, with its gradient. */
  @ParameterizedTest
  @MethodSource("inJava")
  void rowsMayBeThoseOfTheEquation(Solver solver) {
    double[] rates = {-0.5, 0.2, -1.5};
    double[] times = {0, 0.5, 1};
    try (Run run = Run.open(RunConfig.defaults(), 3)) {
      NDArray rate = Autograd.variable(run.create(rates, new Shape(3, 1, 1)));
      NDArray states =
          Ode.solve(
              solver,
              (time, z, none) -> z.mul(rate),
              Tensors.vector(2, 3),
              times,
              Tensors.vector(0));

      assertThat(states.getShape()).isEqualTo(new Shape(3, 3, 2));
      double[] z = Tensors.values(states);
      double[] slopes =
          Tensors.values(
              Autograd.grad(Tensors.range(states, -2, 2, 3).sum(), List.of(rate)).get(0));
      for (int row = 0; row < rates.length; row++) {
        for (int i = 0; i < times.length; i++) {
          double growth = Math.exp(rates[row] * times[i]);
          assertThat(z[6 * row + 2 * i]).isCloseTo(2 * growth, within(solver.accuracy()));
          assertThat(z[6 * row + 2 * i + 1]).isCloseTo(3 * growth, within(solver.accuracy()));
        }
        assertThat(slopes[row]).isCloseTo(5 * Math.exp(rates[row]), within(3 * solver.accuracy()));
      }
    }
  }

  private static VectorFunction growth(DoubleSupplier factor) {
    return new VectorFunction(
        "growth",
        RunConfig.defaults(),
        (run, x) -> {
          double now = factor.getAsDouble();
          Equation equation = (time, z, theta) -> z.mul(theta).mul(now);
          return Tensors.total(Ode.solve(equation, row(run, 1), new double[] {0, 1}, x)).sub(1);
        },
        new double[] {0.5});
  }

  /** The program makes another equation each time: what it does counts, not which it is. */
  @Test
  void anEquationThatIsMadeAnewIsRecordedAsLongAsItDoesTheSame() {
    VectorFunction same = growth(() -> 2);
    double[] gradient = new double[1];

    assertThat(same.whyNot()).isEmpty();
    assertThat(same.evaluate(new double[] {0.3}, gradient)).isCloseTo(Math.exp(0.6), within(1e-5));
    assertThat(gradient[0]).isCloseTo(2 * Math.exp(0.6), within(1e-4));

    int[] calls = new int[1];
    VectorFunction other = growth(() -> ++calls[0]);

    assertThat(other.whyNot())
        .contains("it has operations or numbers that differ when it runs again");
  }

  /** Robertson's reactions in a program, by a stiff method. */
  @Test
  void stiffEquationsAreRecorded() {
    Equation reactions =
        (time, state, theta) -> {
          List<NDArray> y = Tensors.split(state, -1, 1, 1, 1);
          List<NDArray> k = Tensors.split(theta, -1, 1, 1, 1);
          NDArray slow = k.get(0).mul(y.get(0));
          NDArray fast = k.get(1).mul(y.get(1).square());
          NDArray back = k.get(2).mul(y.get(1)).mul(y.get(2));
          return Tensors.concat(List.of(back.sub(slow), slow.sub(back).sub(fast), fast), -1);
        };
    double[] rates = {0.04, 3e7, 1e4};
    VectorFunction last =
        new VectorFunction(
            "what is left of the first",
            RunConfig.defaults(),
            (run, x) -> {
              NDArray states =
                  Ode.solve(
                      Solver.rosenbrock(1e-7),
                      reactions,
                      row(run, 1, 0, 0),
                      new double[] {0, 40},
                      x.exp().mul(row(run, rates)));
              return Tensors.total(Tensors.range(Tensors.range(states, 0, 1, 2), 1, 0, 1));
            },
            new double[3]);
    double[] gradient = new double[3];

    double value = last.evaluate(new double[3], gradient);

    assertThat(last.isRecorded()).isTrue();
    assertThat(value).isCloseTo(0.7158, within(2e-4)); // as in the documentation of LSODE
    for (int i = 0; i < 3; i++) {
      double[] up = new double[3];
      double[] down = new double[3];
      up[i] = 0.01;
      down[i] = -0.01;
      double slope = (last.evaluate(up, new double[3]) - last.evaluate(down, new double[3])) / 0.02;
      // The steps are others at each place, and differences are off by the square of their step.
      assertThat(gradient[i]).isCloseTo(slope, within(1e-3));
    }
  }

  /**
   * Of z′ = −θ z, each state its own, whose sum is Σ z₀ exp(−θ) with gradients exp(−θ) and −z₀
   * exp(−θ): few in Java, which is recorded, many by the engine.
   */
  @ParameterizedTest
  @ValueSource(ints = {40, 60})
  void manyStatesHaveTheirGradientsBackwards(int states) {
    Equation decay = (time, z, theta) -> z.mul(theta).neg();
    double[] at = new SplittableRandom(states).doubles(2L * states, 0.5, 1.5).toArray();
    VectorFunction sum =
        new VectorFunction(
            "sum of states",
            RunConfig.defaults(),
            (run, x) -> {
              NDArray start = Tensors.range(x, -1, 0, states);
              NDArray theta = Tensors.range(x, -1, states, 2L * states);
              NDArray end = Ode.solve(decay, start, new double[] {0, 1}, theta);
              return Tensors.total(Tensors.range(end, 0, 1, 2));
            },
            at);
    double[] gradient = new double[at.length];

    double value = sum.evaluate(at, gradient);

    assertThat(sum.isRecorded()).isEqualTo(states == 40);
    double expected = 0;
    for (int i = 0; i < states; i++) {
      double end = Math.exp(-at[states + i]);
      expected += at[i] * end;
      assertThat(gradient[i]).isCloseTo(end, within(1e-5));
      assertThat(gradient[states + i]).isCloseTo(-at[i] * end, within(1e-5));
    }
    assertThat(value).isCloseTo(expected, within(states * 1e-5));
  }

  /** The record of the equation is kept from run to run, yet nothing of it is out of date. */
  @Test
  void anEquationThatChangedIsSolvedAsItIsNow() {
    double[] rate = {0};
    Equation growth = (time, z, theta) -> z.mul(theta).mul(rate[0]);
    for (double now : new double[] {1, 1, 0.5, 1}) {
      rate[0] = now;
      try (Run run = Run.open(RunConfig.defaults(), 0)) {
        NDArray states = Ode.solve(growth, row(run, 2), new double[] {0, 1}, row(run, 1));

        assertThat(Tensors.values(states)[1]).isCloseTo(2 * Math.exp(now), within(1e-5));
      }
    }
  }
}
