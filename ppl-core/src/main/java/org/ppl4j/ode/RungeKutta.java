package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;

/** The classical method. */
record RungeKutta() implements StepMethod {

  @Override
  public double[] places() {
    return new double[] {0, 0.5, 1};
  }

  @Override
  public NDArray next(Rate rate, NDArray state, Span step) {
    NDArray first = rate.of(step.time(0), state);
    NDArray second = rate.of(step.time(1), state.add(step.along(first, 2)));
    NDArray third = rate.of(step.time(1), state.add(step.along(second, 2)));
    NDArray fourth = rate.of(step.time(2), state.add(step.along(third, 1)));
    NDArray sum = second.add(third).mul(2).add(first).add(fourth);
    return state.add(step.along(sum, 6));
  }

  @Override
  public int evaluations() {
    return 4;
  }

  @Override
  public String toString() {
    return "runge-kutta";
  }
}
