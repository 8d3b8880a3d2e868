package org.ppl4j.infer.optim;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.training.tracker.Tracker;

/**
 * Adam with decoupled weight decay: before Adam moves them, the parameters shrink by
 *
 * <pre>{@code
 * x ← x − rate · decay · x
 * }</pre>
 *
 * <p>It pulls unconstrained values to zero, which suits the weights of networks; for the other
 * parameters of a program a prior says it better. With {@link ByName} the two are told apart.
 *
 * <p>Immutable. Source: Loshchilov and Hutter, "Decoupled weight decay regularization" (2019),
 * algorithm 2.
 */
public final class AdamW implements Optimizer {

  private final Adam adam;
  private final double decay;

  private AdamW(Adam adam, double decay) {
    this.adam = adam;
    this.decay = decay;
  }

  /**
   * With this rate and decay 0.01, otherwise as {@link Adam#withRate(double)}.
   *
   * @throws IllegalArgumentException if the rate is not positive and finite
   */
  public static AdamW withRate(double rate) {
    return new AdamW(Adam.of(Rate.of("adamw", rate)), 0.01);
  }

  /** With a rate that changes with the step, otherwise as {@link #withRate(double)}. */
  public static AdamW withRate(Tracker rate) {
    return new AdamW(Adam.withRate(rate), 0.01);
  }

  /**
   * With this decay.
   *
   * @throws IllegalArgumentException if it is negative or not finite
   */
  public AdamW decay(double decay) {
    checkArgument(
        decay >= 0 && Double.isFinite(decay),
        "optimizer 'adamw' has decay %s, but it must not be negative, and finite",
        decay);
    return new AdamW(adam, decay);
  }

  /**
   * With these decays of the two moments.
   *
   * @throws IllegalArgumentException if one is not in [0, 1)
   */
  public AdamW betas(double beta1, double beta2) {
    return new AdamW(adam.betas(beta1, beta2), decay);
  }

  /**
   * With this number beside the root.
   *
   * @throws IllegalArgumentException if it is not positive
   */
  public AdamW epsilon(double epsilon) {
    return new AdamW(adam.epsilon(epsilon), decay);
  }

  /** With gradients clipped like this. */
  public AdamW clipping(Clipping clipping) {
    return new AdamW(adam.clipping(clipping), decay);
  }

  @Override
  public int stateVectors() {
    return adam.stateVectors();
  }

  @Override
  public Clipping clipping() {
    return adam.clipping();
  }

  @Override
  public void update(
      int step, double[] parameters, double[] gradient, double[][] state, int from, int to) {
    double kept = 1 - adam.rate(step) * decay;
    for (int i = from; i < to; i++) {
      parameters[i] *= kept;
    }
    adam.update(step, parameters, gradient, state, from, to);
  }

  @Override
  public String toString() {
    return "AdamW(decay " + decay + ", " + adam + ")";
  }
}
