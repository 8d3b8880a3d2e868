package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.training.tracker.Tracker;

/**
 * RMSProp: for gradient g,
 *
 * <pre>{@code
 * v ← decay · v + (1 − decay) · g²
 * b ← momentum · b + g / (√v + ε)
 * x ← x − rate · b
 * }</pre>
 *
 * <p>Immutable. Source: Tieleman and Hinton, "Lecture 6.5: rmsprop" (Coursera, 2012), with epsilon
 * beside the root as PyTorch has it.
 */
public final class RmsProp implements Optimizer {

  private final Rate rate;
  private final double decay;
  private final double momentum;
  private final double epsilon;
  private final Clipping clipping;

  private RmsProp(Rate rate, double decay, double momentum, double epsilon, Clipping clipping) {
    this.rate = rate;
    this.decay = decay;
    this.momentum = momentum;
    this.epsilon = epsilon;
    this.clipping = clipping;
  }

  /**
   * With this rate, decay 0.99, no momentum, epsilon 1e-8, and gradients clipped to ten times their
   * usual norm.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static RmsProp withRate(double rate) {
    return of(Rate.of("rmsprop", rate));
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static RmsProp withRate(Tracker rate) {
    return of(Rate.of(rate));
  }

  private static RmsProp of(Rate rate) {
    return new RmsProp(rate, 0.99, 0, 1e-8, Clipping.relative(10));
  }

  /**
   * With this decay of the mean square.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public RmsProp decay(double decay) {
    checkArgument(
        decay >= 0 && decay < 1,
        "optimizer 'rmsprop' has decay %s, but it must be in [0, 1)",
        decay);
    return new RmsProp(rate, decay, momentum, epsilon, clipping);
  }

  /**
   * With this momentum.
   *
   * @throws IllegalArgumentException if it is not in [0, 1)
   */
  public RmsProp momentum(double momentum) {
    checkArgument(
        momentum >= 0 && momentum < 1,
        "optimizer 'rmsprop' has momentum %s, but it must be in [0, 1)",
        momentum);
    return new RmsProp(rate, decay, momentum, epsilon, clipping);
  }

  /**
   * With this number beside the root.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public RmsProp epsilon(double epsilon) {
    checkArgument(
        epsilon > 0, "optimizer 'rmsprop' has epsilon %s, but it must be positive", epsilon);
    return new RmsProp(rate, decay, momentum, epsilon, clipping);
  }

  /** With gradients clipped like this. */
  public RmsProp clipping(Clipping clipping) {
    return new RmsProp(rate, decay, momentum, epsilon, requireNonNull(clipping, "clipping"));
  }

  @Override
  public int stateVectors() {
    return momentum == 0 ? 1 : 2;
  }

  @Override
  public Clipping clipping() {
    return clipping;
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double size = rate.at(step);
    double[] v = state[0];
    for (int i = from; i < to; i++) {
      double g = gradient[i];
      v[i] = Decay.normal(decay * v[i] + (1 - decay) * (g * g));
      double move = g / (Math.sqrt(v[i]) + epsilon);
      if (momentum != 0) {
        move = Decay.normal(move + momentum * state[1][i]);
        state[1][i] = move;
      }
      parameters[i] -= size * move;
    }
  }

  @Override
  public String toString() {
    return "RmsProp(rate %s, decay %s, momentum %s, epsilon %s, clipping %s)"
        .formatted(rate, decay, momentum, epsilon, clipping);
  }
}
