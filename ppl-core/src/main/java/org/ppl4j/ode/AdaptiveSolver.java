package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.ode.EmbeddedMethod.Step;
import org.ppl4j.tensor.Chain;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** A method whose steps follow its error. */
final class AdaptiveSolver extends Solver {

  private final EmbeddedMethod method;
  private final Tolerance tolerance;

  AdaptiveSolver(EmbeddedMethod method, Tolerance tolerance, Steps steps) {
    super(steps);
    this.method = method;
    this.tolerance = tolerance;
  }

  /** How large the error of a step may be: relative to the size of a state, and besides. */
  record Tolerance(double relative, double absolute) {

    /** The size of a state up to which its error is not relative: an error may be r (s + |z|). */
    double smallest() {
      return absolute / relative;
    }

    @Override
    public String toString() {
      return relative == absolute ? Double.toString(relative) : relative + ", absolute " + absolute;
    }
  }

  EmbeddedMethod method() {
    return method;
  }

  Tolerance tolerance() {
    return tolerance;
  }

  @Override
  Solver with(Steps steps) {
    return new AdaptiveSolver(method, tolerance, steps);
  }

  @Override
  Solution solved(Gradient gradient, Rate rate, NDArray start, List<Stretch> way, Failure failure) {
    Run run = Tensors.run(start);
    StepSearch search =
        run.withoutGradients(() -> new StepSearch(this, rate, start, way, failure).found());
    ImmutableList<NDArray> states =
        run.isRecording() ? taken(gradient, rate, start, way, search) : search.states();
    return new Solution(states, search.evaluations(), search.rejected());
  }

  /** The steps that were found, with gradients: from a state and its rate, side by side. */
  private ImmutableList<NDArray> taken(
      Gradient gradient, Rate rate, NDArray start, List<Stretch> way, StepSearch search) {
    long width = start.getShape().get(start.getShape().dimension() - 1);
    ImmutableList.Builder<NDArray> states = ImmutableList.builder();
    NDArray state = start;
    NDArray first = start; // replaced by the first rate
    for (int number = 0; number < way.size(); number++) {
      Stretch stretch = way.get(number);
      List<StepSearch.Round> interval = search.rounds().get(number);
      Rate here = stretch.sides(rate);
      if (number == 0 || stretch.isAfterJump()) {
        first = first(here, stretch.from(), state);
      }
      if (gradient == Gradient.ADJOINT && !interval.isEmpty()) { // as it is without rows
        NDArray end =
            Chain.end(
                Tensors.concat(List.of(state, first), -1),
                interval.size(),
                (i, from) -> {
                  List<NDArray> both = Tensors.split(from, -1, width, width);
                  Step step = step(here, interval.get(i), both.get(0), both.get(1));
                  return Tensors.concat(List.of(step.state(), step.rate()), -1);
                });
        List<NDArray> both = Tensors.split(end, -1, width, width);
        state = both.get(0);
        first = both.get(1);
      } else {
        for (StepSearch.Round round : interval) {
          Step step = step(here, round, state, first);
          state = step.state();
          first = step.rate();
        }
      }
      if (stretch.isAsked()) {
        states.add(search.known(state, number));
      }
    }
    return states.build();
  }

  /** The rates of all rows at one time. */
  static NDArray first(Rate rate, double time, NDArray state) {
    double[] times = new double[Math.toIntExact(rows(state).size())];
    Arrays.fill(times, time);
    return rate.of(Tensors.run(state).create(times, rows(state)), state)
        .broadcast(state.getShape());
  }

  private Step step(Rate rate, StepSearch.Round round, NDArray state, NDArray first) {
    Run run = Tensors.run(state);
    Shape rows = rows(state);
    return method.step(
        rate, state, first, run.create(round.times(), rows), run.create(round.sizes(), rows));
  }

  @Override
  public double accuracy() {
    return method.errors() * Math.max(tolerance.relative(), tolerance.absolute());
  }

  @Override
  public String toString() {
    return method + "(" + tolerance + steps() + ")";
  }
}
