package org.ppl4j.ode;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;

/**
 * A diffusion that turns rows into noise from time 0 to time 1, and keeps the variance 1 of rows
 * that have it: dx = −β(t) / 2 · x dt + √β(t) dW, with β(t) = β₀ + (β₁ − β₀) t.
 *
 * <p>What is at time t given a row is N(α x₀, σ²), with the signal α(t) = exp(−½ ∫ β) and the noise
 * σ(t) = √(1 − α²); α = cos φ and σ = sin φ of an angle φ, which rises with time. Where rows have a
 * density p₀, those at time t have a score ∇ log p_t, and the probability flow dx/dt = −β(t) / 2 ·
 * (x + ∇ log p_t(x)) leads them the same way without noise.
 *
 * <p>Sources: Song, Sohl-Dickstein, Kingma, Kumar, Ermon and Poole, "Score-based generative
 * modeling through stochastic differential equations" (2021), equations 11 and 13; of the angle
 * Salimans and Ho, "Progressive distillation for fast sampling of diffusion models" (2022),
 * appendix D.
 */
public final class VariancePreserving implements Sde {

  private final double first;
  private final double last;

  private VariancePreserving(double first, double last) {
    this.first = first;
    this.last = last;
  }

  /** With β from 0.1 to 20, as in the source: 0.0066 of a row is left at time 1. */
  public static VariancePreserving of() {
    return of(0.1, 20);
  }

  /**
   * With other rates.
   *
   * @param first β₀
   * @param last β₁; of the signal exp(−(β₀ + β₁) / 4) is left, which should be next to nothing
   * @throws IllegalArgumentException if one is not positive and finite
   */
  public static VariancePreserving of(double first, double last) {
    for (double rate : new double[] {first, last}) {
      checkArgument(
          rate > 0 && Double.isFinite(rate),
          "sde has rate %s, but it must be positive and finite",
          rate);
    }
    return new VariancePreserving(first, last);
  }

  /**
   * Ornstein and Uhlenbeck's process dx = −θ x dt + √(2θ) dW, in units in which its stationary
   * distribution is N(0, 1), and time 1 its end: α(t) = exp(−θ t).
   *
   * @param rate θ; of the signal exp(−θ) is left
   * @throws IllegalArgumentException if it is not positive and finite
   */
  public static VariancePreserving ornsteinUhlenbeck(double rate) {
    return of(2 * rate, 2 * rate);
  }

  /** −β(t) / 2 · x. */
  @Override
  public NDArray drift(NDArray time, NDArray state, NDArray theta) {
    return rate(time).mul(-0.5).mul(state);
  }

  /** √β(t). */
  @Override
  public NDArray diffusion(NDArray time, NDArray state, NDArray theta) {
    return rate(time).sqrt();
  }

  /** β at times, as they. */
  public NDArray rate(NDArray time) {
    return time.mul(last - first).add(first);
  }

  /** α at times, as they: the mean at a time is α x₀. */
  public NDArray signal(NDArray time) {
    return integral(time).mul(-0.5).exp();
  }

  /** σ at times, as they: the standard deviation of what is at a time given a row. */
  public NDArray noise(NDArray time) {
    return Special.expm1(integral(time).neg()).neg().sqrt();
  }

  /** φ at times, as they; from 0 to less than π / 2. */
  public NDArray angle(NDArray time) {
    return noise(time).atan2(signal(time));
  }

  /** The angle at time 1. */
  public double lastAngle() {
    double integral = (first + last) / 2;
    return Math.atan2(Math.sqrt(-Math.expm1(-integral)), Math.exp(-integral / 2));
  }

  /** The time of angles, as they: where ∫ β = −2 log cos φ. */
  public NDArray time(NDArray angle) {
    NDArray integral = Special.log1p(angle.sin().square().neg()).neg();
    NDArray root = integral.mul(2 * (last - first)).add(first * first).sqrt();
    return integral.mul(2).div(root.add(first));
  }

  /** What is at times when so much noise came to rows: α x₀ + σ ε; shapes broadcast. */
  public NDArray diffused(NDArray rows, NDArray noise, NDArray time) {
    return signal(time).mul(rows).add(noise(time).mul(noise));
  }

  /** ∫ β from 0 to times. */
  private NDArray integral(NDArray time) {
    return time.mul(0.5 * (last - first)).add(first).mul(time);
  }

  @Override
  public String toString() {
    return "sde(rates " + first + " to " + last + ")";
  }
}
