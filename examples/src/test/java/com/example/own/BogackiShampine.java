package com.example.own;

import ai.djl.ndarray.NDArray;
import org.ppl4j.ode.EmbeddedMethod;
import org.ppl4j.ode.Rate;

/** A method of one's own whose steps follow their error: Bogacki and Shampine's of third order. */
public record BogackiShampine() implements EmbeddedMethod {

  @Override
  public Step step(Rate rate, NDArray state, NDArray first, NDArray time, NDArray size) {
    NDArray second = rate.of(time.add(size.mul(0.5)), state.add(first.mul(size).mul(0.5)));
    NDArray third = rate.of(time.add(size.mul(0.75)), state.add(second.mul(size).mul(0.75)));
    NDArray sum = first.mul(2.0 / 9).add(second.mul(1.0 / 3)).add(third.mul(4.0 / 9));
    NDArray next = state.add(sum.mul(size));
    NDArray last = rate.of(time.add(size), next).broadcast(state.getShape());
    NDArray error =
        first.mul(-5.0 / 72).add(second.div(12)).add(third.div(9)).sub(last.div(8)).mul(size);
    return new Step(next, last, error);
  }

  @Override
  public int evaluations() {
    return 3;
  }

  @Override
  public int order() {
    return 3;
  }

  @Override
  public String toString() {
    return "bogacki-shampine";
  }
}
