package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import org.ppl4j.tensor.Chain;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/** The classical method with equal steps. */
final class RungeKutta extends Solver {

  private final int steps;

  RungeKutta(int steps) {
    this.steps = steps;
  }

  @Override
  Solution solved(Gradient gradient, Rate rate, NDArray start, double[] times, Failure failure) {
    boolean isChain = gradient == Gradient.ADJOINT || !Tensors.run(start).isRecording();
    ImmutableList.Builder<NDArray> states = ImmutableList.builder();
    NDArray state = start;
    for (int i = 1; i < times.length; i++) {
      double from = times[i - 1];
      double to = times[i];
      Chain.Step step = (k, z) -> step(rate, z, time(from, to, k), time(from, to, k + 1));
      state = isChain ? Chain.end(state, steps, step) : through(step, state);
      states.add(state);
    }
    return new Solution(states.build(), 4 * steps * (times.length - 1), 0);
  }

  private NDArray through(Chain.Step step, NDArray start) {
    NDArray state = start;
    for (int k = 0; k < steps; k++) {
      state = step.next(k, state);
    }
    return state;
  }

  /** After so many steps; the last is at the end. */
  private double time(double from, double to, int done) {
    return done == steps ? to : from + (to - from) * done / steps;
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
    return "runge-kutta(" + steps + " steps)";
  }
}
