package org.ppl4j.infer.density;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Whether a distribution of one column gives its spikes the masses that rows have there: on
 * average, and as their odds change from one context to another. A rigid one is level where rows
 * are not, and its log-density tells little of it. Source: Cox, "Two further applications of a
 * model for binary regression" (1958), the scores of intercept and slope of a calibration.
 */
final class SpikeMasses {

  /** So many rows tell enough. */
  private static final int MOST_ROWS = 10_000;

  /** Logits differ by no less, but for rounding, where there is a slope. */
  private static final double ALIKE = 1e-9;

  /** The 95% quantile of a chi-squared law of two degrees of freedom. */
  private static final double GREATEST = 5.991;

  private SpikeMasses() {}

  /**
   * What is wrong with the masses; empty if nothing is, or rows have several columns, of which
   * there are no masses to ask for.
   *
   * @param spikes of the column
   * @param rows with contexts or without, as they are
   */
  static Optional<String> fault(RowDistribution distribution, List<Spike> spikes, Tables rows) {
    if (distribution.dim() > 1 || spikes.isEmpty()) {
      return Optional.empty();
    }
    Tables some = rows.evenly(MOST_ROWS);
    int n = some.rows();
    for (Spike spike : spikes) {
      double[] low = distribution.cdf(at(spike.low(), some));
      double[] high = distribution.cdf(at(spike.high(), some));
      double[] mass = new double[n];
      boolean[] isThere = new boolean[n];
      for (int i = 0; i < n; i++) {
        mass[i] = high[i] - low[i];
        isThere[i] = some.y().number(i, 0) == spike.value();
      }
      if (!isCalibrated(mass, isThere)) {
        return Optional.of(
            "simple distributions have no part, for the probability that they give to "
                + spike.value()
                + " is not the share of the rows that have it");
      }
    }
    return Optional.empty();
  }

  private static Tables at(double number, Tables rows) {
    double[] numbers = new double[rows.rows()];
    Arrays.fill(numbers, number);
    return new Tables(new Table(rows.y().name(), 1, numbers), rows.x());
  }

  /** Whether probabilities are those of events, but for chance; false of what is none. */
  static boolean isCalibrated(double[] probabilities, boolean[] events) {
    double variance = 0;
    double logits = 0;
    for (double p : probabilities) {
      if (!(p > 0 && p < 1)) {
        return false;
      }
      variance += p * (1 - p);
      logits += p * (1 - p) * logit(p);
    }
    double level = 0;
    double slope = 0;
    double spread = 0;
    for (int i = 0; i < events.length; i++) {
      double p = probabilities[i];
      double miss = (events[i] ? 1 : 0) - p;
      double off = logit(p) - logits / variance;
      level += miss;
      slope += miss * off;
      spread += p * (1 - p) * off * off;
    }
    double ofSlope = spread > ALIKE * variance ? slope * slope / spread : 0;
    return level * level / variance + ofSlope <= GREATEST;
  }

  private static double logit(double p) {
    return Math.log(p / (1 - p));
  }
}
