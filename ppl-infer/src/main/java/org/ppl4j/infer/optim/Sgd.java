package org.ppl4j.infer.optim;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.training.tracker.Tracker;
import com.google.common.collect.ImmutableList;

/**
 * Stochastic gradient descent: x ← x − rate · g. Immutable.
 *
 * <p>With a constant rate the parameters end up in a cloud around the optimum whose width grows
 * with the rate; a rate that falls like 1 / step converges (Robbins and Monro 1951).
 */
public final class Sgd implements Optimizer {

  private final Rate rate;
  private final Clipping clipping;

  private Sgd(Rate rate, Clipping clipping) {
    this.rate = rate;
    this.clipping = clipping;
  }

  /**
   * With this rate, and gradients clipped to ten times their usual norm.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static Sgd withRate(double rate) {
    return new Sgd(Rate.of("sgd", rate), Clipping.relative(10));
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static Sgd withRate(Tracker rate) {
    return new Sgd(Rate.of(rate), Clipping.relative(10));
  }

  /** With gradients clipped like this. */
  public Sgd clipping(Clipping clipping) {
    return new Sgd(rate, requireNonNull(clipping, "clipping"));
  }

  @Override
  public int stateVectors() {
    return 0;
  }

  @Override
  public Clipping clipping() {
    return clipping;
  }

  @Override
  public Update update(
      int step, NDArray parameters, NDArray gradient, ImmutableList<NDArray> state) {
    return new Update(parameters.sub(gradient.mul(rate.at(step))), state);
  }

  @Override
  public String toString() {
    return "Sgd(rate " + rate + ", clipping " + clipping + ")";
  }
}
