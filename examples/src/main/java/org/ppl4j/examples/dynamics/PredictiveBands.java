package org.ppl4j.examples.dynamics;

import java.util.Arrays;
import org.ppl4j.infer.report.CurvePicture;

/**
 * What was measured over time, within the quantiles of what the posterior predicts.
 *
 * @param times T of them
 * @param draws (N, T, K): K quantities, as they would be measured again
 * @param measured (T, K)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record PredictiveBands(double[] times, double[] draws, double[] measured) {

  private static final double[] LEVELS = {0.05, 0.25, 0.5, 0.75, 0.95};

  /** The band of one of several quantities. */
  CurvePicture picture(
      String title, String horizontal, String vertical, int quantity, int quantities) {
    CurvePicture picture = CurvePicture.of(title, horizontal, vertical);
    double[][] sorted = new double[times.length][];
    double[] points = new double[times.length];
    for (int t = 0; t < times.length; t++) {
      int place = t * quantities + quantity;
      sorted[t] = column(place);
      points[t] = measured[place];
    }
    for (double level : LEVELS) {
      double[] curve = Arrays.stream(sorted).mapToDouble(all -> quantile(all, level)).toArray();
      picture = picture.curve(Math.round(100 * level) + "%", times, curve);
    }
    return picture.points("measured", times, points);
  }

  private double[] column(int place) {
    int width = measured.length;
    double[] column = new double[draws.length / width];
    Arrays.setAll(column, draw -> draws[draw * width + place]);
    Arrays.sort(column);
    return column;
  }

  private static double quantile(double[] sorted, double level) {
    return sorted[(int) (level * (sorted.length - 1))];
  }
}
