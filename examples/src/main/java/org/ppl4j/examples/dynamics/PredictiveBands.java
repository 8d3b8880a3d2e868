package org.ppl4j.examples.dynamics;

import com.google.common.primitives.Doubles;
import java.util.Arrays;
import java.util.Collections;
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

  /** Of the predictions of a time, in the middle of them. */
  private static final double[] SHARES = {0.9, 0.5};

  /** The median of one of several quantities, and outlines that hold shares of its predictions. */
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
    for (double share : SHARES) {
      double[] low = quantiles(sorted, (1 - share) / 2);
      double[] high = quantiles(sorted, (1 + share) / 2);
      Collections.reverse(Doubles.asList(high));
      double[] back = times.clone();
      Collections.reverse(Doubles.asList(back));
      picture =
          picture.curve(
              Math.round(100 * share) + "% of predictions",
              Doubles.concat(times, back),
              Doubles.concat(low, high));
    }
    return picture.curve("median", times, quantiles(sorted, 0.5)).points("measured", times, points);
  }

  private static double[] quantiles(double[][] sorted, double level) {
    return Arrays.stream(sorted).mapToDouble(all -> quantile(all, level)).toArray();
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
