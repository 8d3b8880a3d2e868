package org.ppl4j.examples.density;

import java.util.SplittableRandom;
import org.ppl4j.infer.report.Area;

/** A distribution of points in the plane whose density is known. */
public interface PlaneDistribution {

  /** What it looks like, in a word or two. */
  String name();

  /** Where nearly all of its points are. */
  Area area();

  /** The log-density of a point; −∞ where there is none. */
  double logDensity(double x, double y);

  /** Draws a point into {@code point[at]} and {@code point[at + 1]}. */
  void draw(SplittableRandom random, double[] point, int at);

  /** Points, x and y in turn. */
  default double[] draw(long seed, int count) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] points = new double[2 * count];
    for (int i = 0; i < count; i++) {
      draw(random, points, 2 * i);
    }
    return points;
  }

  /** The log-density of points, x and y in turn. */
  default double[] logDensities(double[] points) {
    double[] logs = new double[points.length / 2];
    for (int i = 0; i < logs.length; i++) {
      logs[i] = logDensity(points[2 * i], points[2 * i + 1]);
    }
    return logs;
  }

  /** −E log p, by the midpoint rule on a square far beyond the area. */
  default double entropy() {
    Area area = area();
    int cells = 300;
    double width = 2 * (area.right() - area.left()) / cells;
    double height = 2 * (area.top() - area.bottom()) / cells;
    double sum = 0;
    for (int i = 0; i < cells; i++) {
      for (int j = 0; j < cells; j++) {
        double x = (area.left() + area.right()) / 2 + (i + 0.5 - cells / 2.0) * width;
        double y = (area.top() + area.bottom()) / 2 + (j + 0.5 - cells / 2.0) * height;
        double log = logDensity(x, y);
        sum -= log == Double.NEGATIVE_INFINITY ? 0 : Math.exp(log) * log;
      }
    }
    return sum * width * height;
  }

  /** A number of the standard normal distribution (Box and Muller 1958). */
  static double normal(SplittableRandom random) {
    return Math.sqrt(-2 * Math.log1p(-random.nextDouble()))
        * Math.cos(2 * Math.PI * random.nextDouble());
  }
}
