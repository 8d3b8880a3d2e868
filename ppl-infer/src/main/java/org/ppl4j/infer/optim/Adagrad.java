package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.training.tracker.Tracker;

/**
 * Adagrad: for gradient g,
 *
 * <pre>{@code
 * s ← s + g²
 * x ← x − rate · g / (√s + ε)
 * }</pre>
 *
 * <p>Its steps shrink like 1 / √step by themselves, in each direction as fast as its gradients are
 * large.
 *
 * <p>Immutable. Source: Duchi, Hazan and Singer, "Adaptive subgradient methods for online learning
 * and stochastic optimization" (2011), the diagonal form.
 */
public final class Adagrad implements Optimizer {

  private final Rate rate;
  private final double epsilon;
  private final Clipping clipping;

  private Adagrad(Rate rate, double epsilon, Clipping clipping) {
    this.rate = rate;
    this.epsilon = epsilon;
    this.clipping = clipping;
  }

  /**
   * With this rate, epsilon 1e-10, and gradients clipped to ten times their usual norm.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static Adagrad withRate(double rate) {
    return new Adagrad(Rate.of("adagrad", rate), 1e-10, Clipping.relative(10));
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static Adagrad withRate(Tracker rate) {
    return new Adagrad(Rate.of(rate), 1e-10, Clipping.relative(10));
  }

  /**
   * With this number beside the root.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Adagrad epsilon(double epsilon) {
    checkArgument(
        epsilon > 0, "optimizer 'adagrad' has epsilon %s, but it must be positive", epsilon);
    return new Adagrad(rate, epsilon, clipping);
  }

  /** With gradients clipped like this. */
  public Adagrad clipping(Clipping clipping) {
    return new Adagrad(rate, epsilon, requireNonNull(clipping, "clipping"));
  }

  @Override
  public int stateVectors() {
    return 1;
  }

  @Override
  public Clipping clipping() {
    return clipping;
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double size = rate.at(step);
    double[] s = state[0];
    for (int i = from; i < to; i++) {
      double g = gradient[i];
      s[i] += g * g;
      parameters[i] -= size * (g / (Math.sqrt(s[i]) + epsilon));
    }
  }

  @Override
  public String toString() {
    return "Adagrad(rate " + rate + ", epsilon " + epsilon + ", clipping " + clipping + ")";
  }
}
