package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** A method of one step with an estimate of its error, by which the sizes of steps are chosen. */
abstract class AdaptiveSolver extends Solver {

  /** How many tolerances the errors of many steps may amount to. */
  private static final double ERRORS = 200;

  private final double tolerance;

  AdaptiveSolver(double tolerance) {
    this.tolerance = tolerance;
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

  final double tolerance() {
    return tolerance;
  }

  @Override
  final Solution solved(Rate rate, NDArray start, double[] times) {
    Run run = Tensors.run(start);
    StepSearch search =
        run.withoutGradients(() -> new StepSearch(this, rate, start, times).found());
    ImmutableList<NDArray> states =
        run.isRecording() ? taken(rate, start, search) : search.states();
    return new Solution(states, search.evaluations(), search.rejected());
  }

  /** The steps that were found, with gradients. */
  private ImmutableList<NDArray> taken(Rate rate, NDArray start, StepSearch search) {
    Run run = Tensors.run(start);
    ImmutableList.Builder<NDArray> states = ImmutableList.builder();
    Shape rows = rows(start);
    NDArray state = start;
    @Nullable NDArray first = null;
    for (List<StepSearch.Round> interval : search.rounds()) {
      for (StepSearch.Round round : interval) {
        NDArray time = run.create(round.times(), rows);
        NDArray size = run.create(round.sizes(), rows);
        NDArray from = first == null ? rate.of(time, state).broadcast(start.getShape()) : first;
        Step step = step(rate, state, from, time, size);
        state = step.state();
        first = step.rate();
      }
      states.add(state);
    }
    return states.build();
  }

  @Override
  public final double accuracy() {
    return ERRORS * tolerance;
  }
}
