package org.ppl4j.infer.svi;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The rule that the median loss stands still.
 *
 * <p>Let w be a share (10%) of the steps so far, and the two windows the last w losses and the w
 * before. The rule fires when
 *
 * <ol>
 *   <li>at least {@code atLeast} (1,000) steps were made;
 *   <li>|median of the last window − median of the one before| &lt; tolerance (1e-3) × spread,
 *       where the spread is the interquartile range of both windows together;
 *   <li>the last half shows no descent: the median of the last quarter of all losses lies at most
 *       one standard error below the median of the quarter before.
 * </ol>
 *
 * <p>Why it is robust. Losses are noisy: the difference in 2 is a random walk with a standard
 * deviation of about 1.8 / √w spreads, so once the descent is over it crosses zero within a window
 * or two and 2 holds, and it is looked at about every 0.2% of the steps so as not to miss a
 * crossing. The same walk can cross zero while the loss still descends a little; 3 uses the longest
 * stretch of losses there is and is the sharper test of that. Medians are blind to single wild
 * losses. Losses that are not finite count as the worst.
 *
 * <p>A fit whose noise never averages out (a constant rate and one particle) stops where its loss
 * no longer falls; how close its parameters then are is a matter of rate and averaging.
 *
 * @param share the share of the steps so far that makes a window, in (0, 0.25]
 * @param tolerance the change of the median, in spreads, below which the fit stands still
 * @param atLeast the number of steps before which it never fires
 */
public record StandStill(double share, double tolerance, int atLeast) implements StoppingRule {

  static final StandStill NEVER = new StandStill(0.1, 0.1, Integer.MAX_VALUE);

  /** The spread, as a share of the loss, below which a fit counts as free of noise. */
  private static final double MIN_SPREAD = 1e-6;

  /** Standard error of a median of n normal numbers is this over √n standard deviations. */
  private static final double MEDIAN_ERROR = Math.sqrt(Math.PI / 2);

  /** The interquartile range of a standard normal distribution. */
  private static final double NORMAL_RANGE = 1.3489795003921634;

  /**
   * A rule of these numbers.
   *
   * @throws IllegalArgumentException if the share is not in (0, 0.25], the tolerance is not
   *     positive or {@code atLeast} is less than 1
   */
  public StandStill {
    checkArgument(
        share > 0 && share <= 0.25,
        "stopping rule has share %s, but a window is a share in (0, 0.25] of the steps",
        share);
    checkArgument(
        tolerance > 0, "stopping rule has tolerance %s, but it must be positive", tolerance);
    checkArgument(atLeast >= 1, "stopping rule has atLeast %s, but it must be positive", atLeast);
  }

  /** Windows of 10% of the steps, a change below 1e-3 of their spread, at least 1,000 steps. */
  public static StandStill standard() {
    return new StandStill(0.1, 1e-3, 1000);
  }

  /** With another least number of steps. */
  public StandStill atLeast(int steps) {
    return new StandStill(share, tolerance, steps);
  }

  /** With another tolerance, in spreads of the losses. */
  public StandStill tolerance(double spreads) {
    return new StandStill(share, spreads, atLeast);
  }

  /** About every 0.2% of the steps. */
  @Override
  public boolean isDue(int steps) {
    return steps >= atLeast && steps % Math.max(1, Integer.highestOneBit(steps / 500)) == 0;
  }

  @Override
  public boolean isMet(Losses losses, int from) {
    int n = losses.size();
    int w = (int) ((n - from) * share);
    if (n - from < atLeast || w < 2) {
      return false;
    }
    double last = losses.median(n - w, n);
    double spread = Math.max(losses.spread(n - 2 * w, n), MIN_SPREAD * Math.abs(last));
    double change = last - losses.median(n - 2 * w, n - w);
    return Double.isFinite(spread)
        && (change == 0 || Math.abs(change) < tolerance * spread)
        && !descends(losses, from, spread);
  }

  private static boolean descends(Losses losses, int from, double spread) {
    int n = losses.size();
    int quarter = (n - from) / 4;
    double before = losses.median(n - 2 * quarter, n - quarter);
    double last = losses.median(n - quarter, n);
    double error = MEDIAN_ERROR * Math.sqrt(2.0 / quarter) * spread / NORMAL_RANGE;
    return before - last > error;
  }

  /** What the rule waits for, in words, e.g. for a report. */
  @Override
  public String toString() {
    return this.equals(NEVER)
        ? "never"
        : "median loss of the last "
            + Math.round(100 * share)
            + "% of the steps within "
            + tolerance
            + " spreads of the "
            + Math.round(100 * share)
            + "% before, at least "
            + atLeast
            + " steps";
  }
}
