package org.ppl4j.infer.svi;

import java.util.Arrays;
import java.util.Locale;

/**
 * Which parameters a fit left in its store: with {@link Averaging} the average of the iterates,
 * unless the bound of the last ones is better than any noise explains; else the last. A fit that
 * was interrupted leaves the last, for bounds of all data take their time.
 *
 * @param isAverage whether they are the average
 * @param advantage by how much their bound is above that of the other of the two, from the same
 *     draws; NaN if there is no other, or it could not be compared
 */
public record Stored(boolean isAverage, double advantage) {

  /** So many standard errors the last parameters must be better. */
  private static final double ERRORS = 3;

  /** The last, for there is no average. */
  static Stored last() {
    return new Stored(false, Double.NaN);
  }

  /**
   * The better of two.
   *
   * @param average log weights under the average; empty if they fail
   * @param last of the same draws under the last parameters; empty if they fail
   */
  static Stored better(double[] average, double[] last) {
    if (average.length == 0 || last.length == 0) {
      return new Stored(average.length >= last.length, Double.NaN);
    }
    PairedGain gain = PairedGain.of(average, last);
    double level = Arrays.stream(last).map(Math::abs).average().orElseThrow();
    double advantage = gain.mean();
    double noise = ERRORS * gain.error() + 1e-9 * (1 + level);
    boolean isWorse = advantage == Double.NEGATIVE_INFINITY || advantage < -noise;
    return new Stored(!isWorse, isWorse ? -advantage : advantage);
  }

  /** Which and why, in words. */
  @Override
  public String toString() {
    String which = isAverage ? "the average of the iterates" : "the last parameters";
    if (Double.isNaN(advantage)) {
      return which;
    }
    return which
        + String.format(
            Locale.ROOT,
            "; their bound is %.3g %s that of %s",
            Math.abs(advantage),
            advantage < 0 ? "below" : "above",
            isAverage ? "the last" : "the average, which was therefore not kept");
  }
}
