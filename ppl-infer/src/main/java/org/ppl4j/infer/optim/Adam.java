package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.training.tracker.Tracker;

/**
 * Adam: for gradient g of step t,
 *
 * <pre>{@code
 * m ← β₁ m + (1 − β₁) g
 * v ← β₂ v + (1 − β₂) g²
 * x ← x − rate · m / (1 − β₁ᵗ) / (√(v / (1 − β₂ᵗ)) + ε)
 * }</pre>
 *
 * <p>Immutable. Source: Kingma and Ba (2015), algorithm 1.
 */
public final class Adam implements Optimizer {

  private final Rate rate;
  private final double beta1;
  private final double beta2;
  private final double epsilon;
  private final Clipping clipping;
  private final Decay.Seen seen1;
  private final Decay.Seen seen2;

  private Adam(Rate rate, double beta1, double beta2, double epsilon, Clipping clipping) {
    this.rate = rate;
    this.beta1 = beta1;
    this.beta2 = beta2;
    this.epsilon = epsilon;
    this.clipping = clipping;
    this.seen1 = Decay.Seen.of(beta1);
    this.seen2 = Decay.Seen.of(beta2);
  }

  /**
   * With this rate, betas 0.9 and 0.999, epsilon 1e-8, and gradients clipped to ten times their
   * usual norm.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static Adam withRate(double rate) {
    return of(Rate.of("adam", rate));
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static Adam withRate(Tracker rate) {
    return of(Rate.of(rate));
  }

  static Adam of(Rate rate) {
    return new Adam(rate, 0.9, 0.999, 1e-8, Clipping.relative(10));
  }

  /**
   * With these decays of the two moments.
   *
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  public Adam betas(double beta1, double beta2) {
    checkArgument(
        beta1 >= 0 && beta1 < 1 && beta2 >= 0 && beta2 < 1,
        "optimizer 'adam' has betas %s and %s, but they must be in [0, 1)",
        beta1,
        beta2);
    return new Adam(rate, beta1, beta2, epsilon, clipping);
  }

  /**
   * With this number beside the root.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public Adam epsilon(double epsilon) {
    checkArgument(epsilon > 0, "optimizer 'adam' has epsilon %s, but it must be positive", epsilon);
    return new Adam(rate, beta1, beta2, epsilon, clipping);
  }

  /** With gradients clipped like this. */
  public Adam clipping(Clipping clipping) {
    return new Adam(rate, beta1, beta2, epsilon, requireNonNull(clipping, "clipping"));
  }

  double rate(int step) {
    return rate.at(step);
  }

  @Override
  public int stateVectors() {
    return 2;
  }

  @Override
  public Clipping clipping() {
    return clipping;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Both corrections of the bias go into one step size and one epsilon: x − a m / (√v + e) with
   * e = ε √(1 − β₂ᵗ) and a = rate √(1 − β₂ᵗ) / (1 − β₁ᵗ).
   */
  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double root = Math.sqrt(seen2.at(step));
    double size = rate.at(step) * root / seen1.at(step);
    double beside = epsilon * root;
    double[] m = state[0];
    double[] v = state[1];
    for (int i = from; i < to; i++) {
      double g = gradient[i];
      double mean = Decay.normal(beta1 * m[i] + (1 - beta1) * g);
      double square = Decay.normal(beta2 * v[i] + (1 - beta2) * (g * g));
      m[i] = mean;
      v[i] = square;
      parameters[i] -= size * (mean / (Math.sqrt(square) + beside));
    }
  }

  @Override
  public String toString() {
    return "Adam(rate %s, betas %s %s, epsilon %s, clipping %s)"
        .formatted(rate, beta1, beta2, epsilon, clipping);
  }
}
