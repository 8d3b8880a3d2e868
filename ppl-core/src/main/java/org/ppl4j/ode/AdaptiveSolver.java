package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.Chain;
import org.ppl4j.tensor.RecordedMap;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** A method of one step with an estimate of its error, by which the sizes of steps are chosen. */
abstract class AdaptiveSolver extends Solver {

  private final Tolerance tolerance;
  private final double errors;

  /**
   * A method.
   *
   * @param errors how many tolerances the errors of many steps may amount to
   */
  AdaptiveSolver(Tolerance tolerance, double errors, Steps steps) {
    super(steps);
    this.tolerance = tolerance;
    this.errors = errors;
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

  /**
   * A step of each row.
   *
   * @param state where it leads, {@code (*, M)}
   * @param rate there, which is the first of the next step
   * @param error the estimate of its error
   */
  record Step(NDArray state, NDArray rate, NDArray error) {}

  /**
   * A step of each row from a state and its rate.
   *
   * @param time {@code (*, 1)}
   * @param size {@code (*, 1)}, 0 for rows that stay
   */
  abstract Step step(Rate rate, NDArray state, NDArray first, NDArray time, NDArray size);

  /** Of the right side, in a step. */
  abstract int evaluations();

  /** The power of the size with which the estimate falls. */
  abstract int order();

  /** Whether a right side that was recorded has all derivatives that {@link #way} needs. */
  abstract boolean takes(RecordedMap rate);

  /**
   * A way in Java.
   *
   * @param x start and parameters side by side
   * @param withDerivatives whether those of the states in x are wanted
   */
  abstract JavaWay way(JavaRate rate, List<Stretch> way, double[] x, boolean withDerivatives);

  final Tolerance tolerance() {
    return tolerance;
  }

  @Override
  final Solution solved(
      Gradient gradient, Rate rate, NDArray start, List<Stretch> way, Failure failure) {
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
    return step(
        rate, state, first, run.create(round.times(), rows), run.create(round.sizes(), rows));
  }

  @Override
  public final double accuracy() {
    return errors * Math.max(tolerance.relative(), tolerance.absolute());
  }
}
