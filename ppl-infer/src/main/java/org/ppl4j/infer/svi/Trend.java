package org.ppl4j.infer.svi;

import java.util.Arrays;
import java.util.Locale;

/**
 * Whether a loss still falls, or rises, at the end of a fit: the line through the medians of ten
 * blocks of its last fifth.
 *
 * <p>A trend counts if it is beyond noise, by 5 standard errors of the line's slope (8 degrees of
 * freedom: either way one in 2,000 under independent noise), if it is a quarter of a nat over the
 * stretch, and if it goes on: the second half alone changes by a quarter of a nat, too. A fit that
 * is nearly exact has hardly any noise, so that the last thousandth of its descent is seen; and the
 * jitter that a falling rate takes away is gone at its end. Medians are blind to single wild
 * losses.
 *
 * @param change of the loss over the stretch; NaN if it is too short or not finite
 * @param t the change in standard errors
 * @param last the change over its second half
 */
record Trend(double change, double t, double last) {

  /** Blocks of the stretch, and the steps of which a block has at least so many. */
  private static final int BLOCKS = 10;

  private static final int MIN_STEPS = 10;

  /** The stretch is the last of so many. */
  private static final int STRETCHES = 5;

  private static final double MIN_T = 5;

  /** In nats. */
  static final double MIN_CHANGE = 0.25;

  /** Of the losses since a step, which are at one rate. */
  static Trend of(Losses losses, int from) {
    int n = losses.size();
    int block = (n - from) / STRETCHES / BLOCKS;
    double[] medians = new double[BLOCKS];
    if (block >= MIN_STEPS) {
      int start = n - BLOCKS * block;
      Arrays.setAll(medians, i -> losses.median(start + i * block, start + (i + 1) * block));
    }
    if (block < MIN_STEPS || !Arrays.stream(medians).allMatch(Double::isFinite)) {
      return new Trend(Double.NaN, Double.NaN, Double.NaN);
    }
    Line line = Line.through(medians);
    Line half = Line.through(Arrays.copyOfRange(medians, BLOCKS / 2, BLOCKS));
    return new Trend(BLOCKS * line.slope(), line.slope() / line.error(), BLOCKS / 2 * half.slope());
  }

  /** A line through equally spaced points: its slope, and the standard error of that. */
  private record Line(double slope, double error) {

    static Line through(double[] y) {
      double middle = 0.5 * (y.length - 1);
      double mean = Arrays.stream(y).average().orElseThrow();
      double spread = 0;
      double product = 0;
      for (int i = 0; i < y.length; i++) {
        spread += (i - middle) * (i - middle);
        product += (i - middle) * (y[i] - mean);
      }
      double slope = product / spread;
      double squares = 0;
      for (int i = 0; i < y.length; i++) {
        double residual = y[i] - mean - slope * (i - middle);
        squares += residual * residual;
      }
      return new Line(slope, Math.sqrt(squares / (y.length - 2) / spread));
    }
  }

  /** What speaks against the end of the fit, in words; empty if nothing does. */
  String warning() {
    if (change < -MIN_CHANGE && last < -MIN_CHANGE && t < -MIN_T) {
      return String.format(
          Locale.ROOT,
          "the loss was still falling, by %.2g over the last fifth of the steps; take more steps",
          -change);
    }
    if (change > MIN_CHANGE && last > MIN_CHANGE && t > MIN_T) {
      return String.format(
          Locale.ROOT,
          "the loss was rising, by %.2g over the last fifth of the steps; take a lower rate",
          change);
    }
    return "";
  }
}
