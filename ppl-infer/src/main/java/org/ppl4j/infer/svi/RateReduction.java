package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * How the rate of a fit falls by itself. Stochastic gradients of a constant rate leave the
 * parameters jittering about the optimum, the wider the greater the rate; a small rate from the
 * start takes long to get there.
 *
 * <p>Whenever the {@link StoppingRule} fires on the losses since the rate last changed, the rate is
 * multiplied by {@code factor}. The fit ends when the bound under the averaged iterates (the last,
 * without {@link Averaging}) has gained no more than {@code enough} nats, or than twice the Monte
 * Carlo error of that gain, since the rate before; or after {@code most} reductions. On batches the
 * gain is not known, so that all of them are made.
 *
 * <p>Source: Welandawe, Andersen, Vehtari and Huggins, "Robust, automated, and accurate black-box
 * variational inference" (2022): runs of decreasing rates, each until it is stationary, and an end
 * where the next is not worth its steps. Other than there, stationarity is judged by losses and the
 * end by the bound, whose units are those of no parameter.
 *
 * @param factor in (0, 1)
 * @param most how often at most; 0: never
 * @param enough a gain in nats that is worth no further reduction; not negative
 */
public record RateReduction(double factor, int most, double enough) {

  /**
   * A rule of these numbers.
   *
   * @throws IllegalArgumentException if one is outside of its range
   */
  public RateReduction {
    checkArgument(
        factor > 0 && factor < 1, "rate reduction has factor %s, but it must be in (0, 1)", factor);
    checkArgument(most >= 0, "rate reduction has most %s, but it must not be negative", most);
    checkArgument(enough >= 0, "rate reduction has enough %s, but it must not be negative", enough);
  }

  /** To a quarter each time, at most four times, until the bound gains less than 0.01 nats. */
  public static RateReduction standard() {
    return new RateReduction(0.25, 4, 0.01);
  }

  /** The rate stays as the optimizer has it, and a fit ends when the stopping rule fires. */
  public static RateReduction none() {
    return new RateReduction(0.5, 0, 0);
  }

  /**
   * Whether a fit goes on at a lower rate.
   *
   * @param made how often the rate was reduced so far
   * @param gain of the bound since the rate before; not known at the end of the first
   */
  boolean goesOn(int made, PairedGain gain) {
    return made < most && (!gain.isKnown() || gain.mean() > Math.max(enough, 2 * gain.error()));
  }
}
