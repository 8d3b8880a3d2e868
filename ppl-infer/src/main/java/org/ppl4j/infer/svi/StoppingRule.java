package org.ppl4j.infer.svi;

/**
 * When a fit has converged, judged by its losses alone: {@link #standard()}, or one of yours.
 *
 * <p>It must be immutable, and say the same of the same losses whenever it is asked, so that a fit
 * that goes on from a file ends where an unbroken one does. Losses that are not finite count too.
 */
@FunctionalInterface
public interface StoppingRule {

  /** When the median loss stands still, {@link StandStill}. */
  static StandStill standard() {
    return StandStill.standard();
  }

  /** Never fires: a fit makes all the steps that it is given. */
  static StoppingRule never() {
    return StandStill.NEVER;
  }

  /**
   * Whether the rule fires.
   *
   * @param losses all losses so far, oldest first
   * @param from the step from which on they count: the first since the rate last changed, 0 if it
   *     has not
   */
  boolean isMet(Losses losses, int from);

  /** The same of all losses. */
  default boolean isMet(Losses losses) {
    return isMet(losses, 0);
  }

  /**
   * Whether it is asked after so many steps that count; after each unless it says otherwise.
   *
   * @param steps from 1
   */
  default boolean isDue(int steps) {
    return true;
  }
}
