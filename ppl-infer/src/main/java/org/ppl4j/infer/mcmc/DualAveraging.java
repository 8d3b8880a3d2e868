package org.ppl4j.infer.mcmc;

/**
 * A step size ε whose mean acceptance is a given one. Of acceptances α₁, α₂, … it makes
 *
 * <pre>{@code
 * log ε(m) = μ − √m / γ · 1/(m + t₀) Σ (δ − αᵢ),
 * log ε̄(m) = m^−κ log ε(m) + (1 − m^−κ) log ε̄(m − 1)
 * }</pre>
 *
 * <p>with μ = log 10 ε₀, γ = 0.05, t₀ = 10 and κ = 0.75. The steps that learn use ε, those after
 * them ε̄.
 *
 * <p>Since ε goes up and down, so does the acceptance, and that of ε̄ is more than was wanted. To
 * come to rest, ε̄ itself is used and follows
 *
 * <pre>{@code
 * log ε̄(m) = log ε̄(m − 1) − a / (m + t₀) (δ − αₘ)
 * }</pre>
 *
 * <p>with a = 1.5, about one over how much acceptance there is for a step that is shorter by e.
 *
 * <p>Source: Hoffman and Gelman, "The no-U-turn sampler" (2014), equation 6 and section 3.2.1;
 * Nesterov (2009); Robbins and Monro (1951).
 */
final class DualAveraging {

  private static final double GAMMA = 0.05;
  private static final double T0 = 10;
  private static final double KAPPA = 0.75;
  private static final double GAIN = 1.5; // a

  private final double wanted; // δ
  private double centre; // μ
  private double shortfall; // the mean of δ − α, with t₀ zeros
  private double average; // log ε̄
  private int count;
  private int settled;

  DualAveraging(double wanted) {
    this.wanted = wanted;
  }

  /** Forgets all, and begins at a step size. */
  void restart(double stepSize) {
    centre = Math.log(10 * stepSize);
    shortfall = 0;
    average = Math.log(stepSize);
    count = 0;
    settled = 0;
  }

  /** The step size of the next step, after one that was accepted with this probability. */
  double next(double acceptance) {
    count++;
    double share = 1 / (count + T0);
    shortfall += share * (wanted - acceptance - shortfall);
    double latest = centre - Math.sqrt(count) / GAMMA * shortfall;
    average += Math.pow(count, -KAPPA) * (latest - average);
    return Math.exp(latest);
  }

  /** The step size of the next step, as {@link #next}, on the way to rest. */
  double settle(double acceptance) {
    settled++;
    average += GAIN / (settled + T0) * (acceptance - wanted);
    return average();
  }

  /** The step size to go on with. */
  double average() {
    return Math.exp(average);
  }
}
