package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.Locale;

/**
 * How the iterates of a fit are averaged. Stochastic gradients leave the parameters jittering
 * around the optimum; their average converges.
 *
 * <p>After step t the average a moves towards the parameters x by a ← a + w(t) (x − a).
 */
public final class Averaging {

  private enum Kind {
    NONE,
    POLYNOMIAL,
    EXPONENTIAL
  }

  private static final Averaging NONE = new Averaging(Kind.NONE, 0);

  private final Kind kind;
  private final double number;

  private Averaging(Kind kind, double number) {
    this.kind = kind;
    this.number = number;
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
    return new Averaging(Kind.POLYNOMIAL, eta);
  }

  /**
   * w(t) = (1 − d) / (1 − dᵗ): the exponential moving average in which the parameters s steps ago
   * count like dˢ, corrected for its beginning at zero, so that after one step it is the
   * parameters.
   *
   * <p>Source of the correction: Kingma and Ba, "Adam" (2015), section 3.
   *
   * @param decay d; about 1 / (1 − d) steps count
   * @throws IllegalArgumentException if the decay is not in (0, 1)
   */
  public static Averaging exponential(double decay) {
    checkArgument(
        decay > 0 && decay < 1, "averaging has decay %s, but it must be in (0, 1)", decay);
    return new Averaging(Kind.EXPONENTIAL, decay);
  }

  boolean isOn() {
    return kind != Kind.NONE;
  }

  /** The weight of the parameters after step {@code step} (from 1). */
  double weight(int step) {
    return kind == Kind.POLYNOMIAL
        ? (number + 1) / (step + number)
        : (1 - number) / (1 - Math.pow(number, step));
  }

  @Override
  public String toString() {
    return isOn() ? kind.name().toLowerCase(Locale.ROOT) + " " + number : "none";
  }
}
