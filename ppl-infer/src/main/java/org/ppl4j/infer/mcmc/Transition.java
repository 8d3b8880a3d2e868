package org.ppl4j.infer.mcmc;

import static java.util.Objects.requireNonNull;

import com.google.common.primitives.ImmutableDoubleArray;

/**
 * What an iteration of a chain did.
 *
 * @param acceptance the mean probability of acceptance, which the step size is adapted to
 * @param depth how often its trajectory doubled; 0 of one that does not
 * @param steps how many leapfrog steps it made, or how many points it tried
 * @param isDivergent whether a step gained so much energy that the integrator has failed
 * @param isAtLimit whether it would have gone on if it were allowed to
 * @param energy of the momentum and the place where it ended; NaN without momenta
 * @param others a number for each of the kernel's {@link TransitionKernel#statistics}
 */
public record Transition(
    double acceptance,
    int depth,
    int steps,
    boolean isDivergent,
    boolean isAtLimit,
    double energy,
    ImmutableDoubleArray others) {

  /** A gain of energy above this is a divergence, as in Stan. */
  static final double MOST_GAIN = 1000;

  /** Of these. */
  public Transition {
    requireNonNull(others, "others");
  }

  /**
   * One without a trajectory.
   *
   * @param acceptance the mean probability of acceptance
   * @param tried how many points it tried
   * @param others a number for each of the kernel's statistics
   */
  public static Transition of(double acceptance, int tried, double... others) {
    return new Transition(
        acceptance, 0, tried, false, false, Double.NaN, ImmutableDoubleArray.copyOf(others));
  }
}
