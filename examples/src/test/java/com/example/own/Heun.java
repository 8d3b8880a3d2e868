package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.ode.Rate;
import org.ppl4j.ode.StepMethod;

/** A method of one's own for differential equations: the mean of the rates at both ends. */
public record Heun() implements StepMethod {

  @Override
  public double[] places() {
    return new double[] {0, 1};
  }

  @Override
  public NDArray next(Rate rate, NDArray state, Span step) {
    NDArray first = rate.of(step.time(0), state);
    NDArray last = rate.of(step.time(1), state.add(step.along(first, 1)));
    return state.add(step.along(first.add(last), 2));
  }

  @Override
  public int evaluations() {
    return 2;
  }

  @Override
  public String toString() {
    return "heun";
  }
}
