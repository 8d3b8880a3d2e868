package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.Chain;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** The classical method with equal steps. */
final class RungeKutta extends Solver {

  private final int count; // of steps from each time to the next

  RungeKutta(int count, Steps steps) {
    super(steps);
    this.count = count;
  }

  @Override
  Solver with(Steps steps) {
    return new RungeKutta(count, steps);
  }

  @Override
  Solution solved(Gradient gradient, Rate rate, NDArray start, List<Stretch> way, Failure failure) {
    boolean isChain = gradient == Gradient.ADJOINT || !Tensors.run(start).isRecording();
    ImmutableList.Builder<NDArray> states = ImmutableList.builder();
    NDArray state = start;
    int evaluations = 0;
    for (Stretch stretch : way) {
      Rate here = stretch.sides(rate);
      int needed = Math.max(count, (int) Math.min(Integer.MAX_VALUE, steps().least(stretch)));
      Chain.Step step =
          (k, z) -> step(here, z, time(stretch, needed, k), time(stretch, needed, k + 1));
      state = isChain ? Chain.end(state, needed, step) : through(needed, step, state);
      evaluations += 4 * needed;
      if (stretch.isAsked()) {
        states.add(state);
      }
    }
    return new Solution(states.build(), evaluations, 0);
  }

  private static NDArray through(int steps, Chain.Step step, NDArray start) {
    NDArray state = start;
    for (int k = 0; k < steps; k++) {
      state = step.next(k, state);
    }
    return state;
  }

  /** After so many steps; the last is at the end. */
  private static double time(Stretch stretch, int steps, int done) {
    double length = stretch.to() - stretch.from();
    return done == steps ? stretch.to() : stretch.from() + length * done / steps;
  }

  private static NDArray step(Rate rate, NDArray state, double from, double to) {
    Run run = Tensors.run(state);
    double h = to - from;
    NDArray middle = time(run, from + h / 2);
    NDArray first = rate.of(time(run, from), state);
    NDArray second = rate.of(middle, state.add(first.mul(h / 2)));
    NDArray third = rate.of(middle, state.add(second.mul(h / 2)));
    NDArray fourth = rate.of(time(run, to), state.add(third.mul(h)));
    NDArray sum = second.add(third).mul(2).add(first).add(fourth);
    return state.add(sum.mul(h / 6));
  }

  private static NDArray time(Run run, double time) {
    return run.create(new double[] {time}, new Shape(1));
  }

  @Override
  public double accuracy() {
    return 0;
  }

  @Override
  public String toString() {
    return "runge-kutta(" + count + " steps" + steps() + ")";
  }
}
