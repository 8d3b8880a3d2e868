package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.JavaMap;
import org.ppl4j.tensor.RecordedMap;
import org.ppl4j.tensor.Tensors;

/**
 * An equation solved by {@link DormandPrince} in Java, from its record, together with the
 * derivatives of its states in start and parameters: S = ∂z/∂(z₀, θ) obeys dS/dt = ∂f/∂z S +
 * ∂f/∂(z₀, θ). Steps are chosen by the error of the states alone, so that they are the same without
 * derivatives. Of start and parameters side by side it gives the states at all times, NaN from
 * where the steps become too small or too many on.
 */
final class JavaSolver implements JavaMap {

  private final Equation equation;
  private final DormandPrince solver;
  private final ImmutableDoubleArray times;
  private final int states;
  private final int parameters;
  private final RecordedMap map;

  private JavaSolver(
      Equation equation,
      DormandPrince solver,
      ImmutableDoubleArray times,
      int states,
      int parameters,
      RecordedMap map) {
    this.equation = equation;
    this.solver = solver;
    this.times = times;
    this.states = states;
    this.parameters = parameters;
    this.map = map;
  }

  /** Of an equation that can be recorded and depends on its arguments alone; else empty. */
  static Optional<JavaSolver> of(
      Equation equation, DormandPrince solver, double[] times, int states, int parameters) {
    double[] first = new double[1 + states + parameters];
    Arrays.setAll(first, i -> 1 + 0.1 * i);
    double[] second = Arrays.stream(first).map(x -> 1.1 * x).toArray();
    Optional<RecordedMap> recorded;
    try {
      recorded =
          RecordedMap.of(
              equation, (run, x) -> rate(equation, x, states, parameters), first, second);
    } catch (IllegalStateException e) {
      return Optional.empty(); // It uses a tensor of the model's run.
    }
    return recorded.map(
        of ->
            new JavaSolver(
                equation, solver, ImmutableDoubleArray.copyOf(times), states, parameters, of));
  }

  private static NDArray rate(Equation equation, NDArray x, int states, int parameters) {
    NDArray time = Tensors.range(x, -1, 0, 1);
    NDArray state = Tensors.range(x, -1, 1, 1L + states);
    NDArray theta = Tensors.range(x, -1, 1L + states, 1L + states + parameters);
    return Ode.rate(equation, time, state, theta);
  }

  /** How many numbers it gives. */
  int results() {
    return times.length() * states;
  }

  @Override
  public void compute(double[] x, double[] y, double @Nullable [][] jacobian) {
    try (RecordedMap.Evaluation evaluation = map.evaluation()) {
      Way way = new Way(evaluation, x, jacobian != null);
      boolean isThere = way.begin();
      way.put(0, y, jacobian);
      for (int i = 1; i < times.length(); i++) {
        isThere = isThere && way.follow(times.get(i));
        if (!isThere) {
          way.lose();
        }
        way.put(i, y, jacobian);
      }
    }
  }

  /** Equal to one of the same equation and settings, however often it was recorded. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JavaSolver that
        && equation.equals(that.equation)
        && solver.tolerance() == that.solver.tolerance()
        && times.equals(that.times)
        && states == that.states
        && parameters == that.parameters;
  }

  @Override
  public int hashCode() {
    return 31 * equation.hashCode() + times.hashCode();
  }

  /** One solution: the states, then, if wanted, their derivatives, row by row. */
  private final class Way {

    private final RecordedMap.Evaluation evaluation;
    private final double[] input;
    private final double[] rate = new double[states];
    private final int width; // 0 without derivatives
    private final double @Nullable [][] changes; // null without derivatives
    private final double[][] rates;
    private double[] state;
    private double[] next;
    private double time;
    private double size;

    Way(RecordedMap.Evaluation evaluation, double[] x, boolean withDerivatives) {
      this.evaluation = evaluation;
      this.width = withDerivatives ? x.length : 0;
      this.changes = withDerivatives ? new double[states][1 + x.length] : null;
      this.input = new double[1 + x.length];
      System.arraycopy(x, 0, input, 1, x.length);
      this.state = new double[states * (1 + width)];
      this.next = new double[state.length];
      this.rates = new double[DormandPrince.stages() + 1][state.length];
      this.time = times.get(0);
      System.arraycopy(x, 0, state, 0, states);
      for (int i = 0; i < states && width > 0; i++) {
        state[states + i * width + i] = 1;
      }
    }

    /** Chooses the first step; false if there is no rate. */
    boolean begin() {
      evaluate(time, state, rates[0]);
      double square = 0;
      for (int i = 0; i < states; i++) {
        double speed = rates[0][i] / (1 + Math.abs(state[i]));
        square += speed * speed / states;
      }
      double length = Math.abs(times.get(times.length() - 1) - time);
      size =
          Math.min(length, Math.pow(solver.tolerance(), 1.0 / solver.order()) / Math.sqrt(square));
      return Double.isFinite(square);
    }

    private void evaluate(double at, double[] of, double[] to) {
      input[0] = at;
      System.arraycopy(of, 0, input, 1, states);
      evaluation.evaluate(input, rate, changes);
      System.arraycopy(rate, 0, to, 0, states);
      for (int i = 0; changes != null && i < states; i++) {
        for (int q = 0; q < width; q++) {
          double sum = q < states ? 0 : changes[i][1 + q];
          for (int j = 0; j < states; j++) {
            sum += changes[i][1 + j] * of[states + j * width + q];
          }
          to[states + i * width + q] = sum;
        }
      }
    }

    /** Steps onto a time; false if steps become too small or too many. */
    boolean follow(double to) {
      for (int attempts = 0; time != to; attempts++) {
        double left = to - time;
        boolean isLast = size >= Math.abs(left);
        double h = isLast ? left : Math.copySign(size, left);
        double error = attempt(h);
        size = StepSearch.next(size, h, error, solver.order());
        if (StepSearch.isTooSmall(size, time) || attempts >= StepSearch.MOST_ATTEMPTS) {
          return false;
        }
        if (error <= 1) {
          time = isLast ? to : time + h;
          double[] before = state;
          state = next;
          next = before;
          System.arraycopy(rates[rates.length - 1], 0, rates[0], 0, state.length);
        }
      }
      return true;
    }

    /** Where a step leads, and its error beside the tolerance. */
    private double attempt(double h) {
      for (int stage = 0; stage < DormandPrince.stages(); stage++) {
        for (int k = 0; k < state.length; k++) {
          double sum = 0;
          for (int j = 0; j <= stage; j++) {
            sum += DormandPrince.share(stage, j) * rates[j][k];
          }
          next[k] = state[k] + h * sum;
        }
        evaluate(time + h * DormandPrince.time(stage), next, rates[stage + 1]);
      }
      double square = 0;
      for (int k = 0; k < states; k++) {
        double sum = 0;
        for (int j = 0; j < rates.length; j++) {
          sum += DormandPrince.errorShare(j) * rates[j][k];
        }
        double larger = Math.max(Math.abs(state[k]), Math.abs(next[k]));
        double share = h * sum / (solver.tolerance() * (1 + larger));
        square += share * share / states;
      }
      return Math.sqrt(square);
    }

    void lose() {
      Arrays.fill(state, Double.NaN);
    }

    void put(int place, double[] y, double @Nullable [][] jacobian) {
      System.arraycopy(state, 0, y, place * states, states);
      for (int i = 0; i < states && jacobian != null; i++) {
        System.arraycopy(state, states + i * width, jacobian[place * states + i], 0, width);
      }
    }
  }
}
