package org.ppl4j.infer;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How the iterates of a fit are averaged. Stochastic gradients leave the parameters jittering
 * around the optimum; their average converges.
 *
 * <p>After step t the average a moves towards the parameters x by a ← a + w(t) (x − a).
 */
public final class Averaging {

  private static final Averaging NONE = new Averaging(Double.NaN);

  private final double eta;

  private Averaging(double eta) {
    this.eta = eta;
  }

  /** The last parameters stand. */
  public static Averaging none() {
    return NONE;
  }

  /**
   * w(t) = (η + 1) / (t + η): an average over all steps in which step s counts like s^η, so that
   * the beginning is forgotten and no number of steps need be known. η = 0 is the plain mean; the
   * larger η, the shorter the stretch that counts, about t / (η + 1).
   *
   * <p>Source: Shamir and Zhang, "Stochastic gradient descent for non-smooth optimization" (2013),
   * equation 3.
   *
   * @throws IllegalArgumentException if η is negative
   */
  public static Averaging polynomial(double eta) {
    checkArgument(eta >= 0, "averaging has eta %s, but it must not be negative", eta);
    return new Averaging(eta);
  }

  boolean isOn() {
    return !Double.isNaN(eta);
  }

  /** The weight of the parameters after step {@code step} (from 1). */
  double weight(int step) {
    return (eta + 1) / (step + eta);
  }

  @Override
  public String toString() {
    return isOn() ? "polynomial " + eta : "none";
  }
}
