package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.JavaMap;
import org.ppl4j.tensor.RecordedMap;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * An equation solved in Java by steps that follow their error, from its record, together with the
 * derivatives of its states in start and parameters, S = ∂z/∂(z₀, θ), which are those of the steps.
 * Steps are chosen by the error of the states alone, so that they are the same without derivatives.
 * Of start and parameters side by side it gives the states at all times, NaN from where the steps
 * become too small or too many on.
 */
final class JavaSolver implements JavaMap {

  private final RecordedMap map;
  private final JavaMethod method;
  private final AdaptiveSolver solver;
  private final ImmutableList<Stretch> way;
  private final int states;

  private JavaSolver(
      RecordedMap map,
      JavaMethod method,
      AdaptiveSolver solver,
      ImmutableList<Stretch> way,
      int states) {
    this.map = map;
    this.method = method;
    this.solver = solver;
    this.way = way;
    this.states = states;
  }

  /**
   * One, and the tensors of the run that its equation uses, which are parameters after those that
   * it is given.
   */
  record Made(JavaSolver solver, ImmutableList<NDArray> tensors) {}

  /**
   * Of an equation that can be recorded and depends on its arguments, and what tensors it uses;
   * else empty.
   *
   * @param around the run whose tensors the equation may use; null for none
   * @param ends start and parameters of two rows, with which the equation is tried at both ends
   */
  static Optional<Made> of(
      Equation equation,
      JavaMethod method,
      AdaptiveSolver solver,
      @Nullable Run around,
      double[] times,
      int states,
      int parameters,
      List<NDArray> ends) {
    NDArray first = timed(times[0], ends.get(0));
    NDArray second = timed(times[times.length - 1], ends.get(1));
    Optional<RecordedMap.Recorded> recorded;
    try {
      recorded =
          RecordedMap.of(
              equation, around, (run, x) -> rate(equation, x, states, parameters), first, second);
    } catch (IllegalStateException e) {
      return Optional.empty(); // It uses a tensor of another run, or of many rows.
    }
    return recorded
        .filter(of -> method.takes(of.map()))
        .map(
            of ->
                new Made(
                    new JavaSolver(of.map(), method, solver, solver.steps().along(times), states),
                    of.tensors()));
  }

  private static NDArray timed(double time, NDArray row) {
    return Tensors.concat(List.of(Tensors.run(row).full(time, new Shape(1)), row), -1);
  }

  private static NDArray rate(Equation equation, NDArray x, int states, int parameters) {
    NDArray time = Tensors.range(x, -1, 0, 1);
    NDArray state = Tensors.range(x, -1, 1, 1L + states);
    NDArray theta = Tensors.range(x, -1, 1L + states, 1L + states + parameters);
    return Ode.rate(equation, time, state, theta);
  }

  /** How many numbers it gives. */
  int results() {
    return (1 + (int) way.stream().filter(Stretch::isAsked).count()) * states;
  }

  @Override
  public void compute(double[] x, double[] y, double @Nullable [][] jacobian) {
    try (JavaRate rate = new JavaRate(map, states)) {
      JavaWay along = method.way(new JavaWay.Problem(solver, rate, way, x, jacobian != null));
      boolean isThere = true;
      int place = 0;
      along.put(place++, y, jacobian);
      for (int i = 0; i < way.size(); i++) {
        isThere = isThere && along.follow(i);
        if (!isThere) {
          along.lose();
        }
        if (way.get(i).isAsked()) {
          along.put(place++, y, jacobian);
        }
      }
    }
  }

  /** Equal to one of the same settings whose equation does the same, though it be another. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof JavaSolver that
        && map.equals(that.map)
        && method.equals(that.method)
        && solver.tolerance().equals(that.solver.tolerance())
        && solver.steps().equals(that.solver.steps())
        && way.equals(that.way)
        && states == that.states;
  }

  @Override
  public int hashCode() {
    return 31 * map.hashCode() + way.hashCode();
  }
}
