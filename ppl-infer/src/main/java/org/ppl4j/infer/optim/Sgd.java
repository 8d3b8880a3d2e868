package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.training.tracker.Tracker;

/**
 * Stochastic gradient descent: for gradient g,
 *
 * <pre>{@code
 * x ← x − rate · g                   plain
 *
 * b ← momentum · b + g
 * x ← x − rate · b                   with momentum (Polyak 1964)
 * x ← x − rate · (g + momentum · b)  with Nesterov's (1983)
 * }</pre>
 *
 * <p>With a constant rate the parameters end up in a cloud around the optimum whose width grows
 * with the rate; a rate that falls like 1 / step converges (Robbins and Monro 1951). Momentum makes
 * steps 1 / (1 − momentum) times as long.
 *
 * <p>Immutable. Source of the forms with momentum, as PyTorch has them: Sutskever et al., "On the
 * importance of initialization and momentum in deep learning" (2013).
 */
public final class Sgd implements Optimizer {

  private final Rate rate;
  private final double momentum;
  private final boolean nesterov;
  private final Clipping clipping;

  private Sgd(Rate rate, double momentum, boolean nesterov, Clipping clipping) {
    this.rate = rate;
    this.momentum = momentum;
    this.nesterov = nesterov;
    this.clipping = clipping;
  }

  /**
   * With this rate, without momentum, and gradients clipped to ten times their usual norm.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static Sgd withRate(double rate) {
    return new Sgd(Rate.of("sgd", rate), 0, false, Clipping.relative(10));
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static Sgd withRate(Tracker rate) {
    return new Sgd(Rate.of(rate), 0, false, Clipping.relative(10));
  }

  /**
   * With this momentum.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Sgd momentum(double momentum) {
    return new Sgd(rate, checked(momentum), false, clipping);
  }

  /**
   * With this momentum in Nesterov's form, which looks one step ahead.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public Sgd nesterov(double momentum) {
    return new Sgd(rate, checked(momentum), true, clipping);
  }

  private static double checked(double momentum) {
    checkArgument(
        momentum >= 0 && momentum < 1,
        "optimizer 'sgd' has momentum %s, but it must be in [0, 1)",
        momentum);
    return momentum;
  }

  /** With gradients clipped like this. */
  public Sgd clipping(Clipping clipping) {
    return new Sgd(rate, momentum, nesterov, requireNonNull(clipping, "clipping"));
  }

  @Override
  public int stateVectors() {
    return momentum == 0 ? 0 : 1;
  }

  @Override
  public Clipping clipping() {
    return clipping;
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double size = rate.at(step);
    for (int i = from; i < to; i++) {
      double move = gradient[i];
      if (momentum != 0) {
        double b = Decay.normal(momentum * state[0][i] + gradient[i]);
        state[0][i] = b;
        move = nesterov ? gradient[i] + momentum * b : b;
      }
      parameters[i] -= size * move;
    }
  }

  @Override
  public String toString() {
    String form = momentum == 0 ? "" : (nesterov ? ", nesterov " : ", momentum ") + momentum;
    return "Sgd(rate " + rate + form + ", clipping " + clipping + ")";
  }
}
