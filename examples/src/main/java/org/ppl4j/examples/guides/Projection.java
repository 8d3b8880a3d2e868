package org.ppl4j.examples.guides;

import java.util.Optional;
import java.util.function.Function;
import org.ppl4j.infer.Samples;
import org.ppl4j.infer.report.Area;
import org.ppl4j.infer.report.Picture;
import org.ppl4j.infer.report.PlaneLogDensity;
import org.ppl4j.infer.report.PlanePicture;

/**
 * Two numbers of each draw of a posterior, as points in the plane.
 *
 * @param area the part of the plane
 * @param horizontal what its first axis is of
 * @param vertical what its second axis is of
 * @param truth the density there, where it is known
 * @param across the first number of each draw
 * @param up the second
 */
record Projection(
    Area area,
    String horizontal,
    String vertical,
    Optional<PlaneLogDensity> truth,
    Function<Samples, double[]> across,
    Function<Samples, double[]> up) {

  private static final int MOST_POINTS = 2000;

  /** u and v of the banana, over its density. */
  static Projection banana() {
    return new Projection(
        new Area(-6, 6, -2, 10),
        "u",
        "v",
        Optional.of(Projection::banana),
        draws -> draws.values("u"),
        draws -> draws.values("v"));
  }

  private static double[] banana(double[] points) {
    double[] density = new double[points.length / 2];
    for (int i = 0; i < density.length; i++) {
      double u = points[2 * i];
      double apart = points[2 * i + 1] - 0.25 * u * u;
      density[i] = -u * u / 8 - 2 * apart * apart;
    }
    return density;
  }

  /** The effect of the first of eight schools, in units of 5, and log tau. */
  static Projection funnel() {
    return new Projection(
        new Area(-4, 6, -5, 5),
        "effect of the first school, in fives",
        "log tau",
        Optional.empty(),
        draws -> {
          double[] theta = draws.values("theta");
          double[] first = new double[theta.length / 8];
          for (int i = 0; i < first.length; i++) {
            first[i] = theta[8 * i] / 5;
          }
          return first;
        },
        draws -> {
          double[] logTau = draws.values("tau");
          for (int i = 0; i < logTau.length; i++) {
            logTau[i] = Math.log(logTau[i]);
          }
          return logTau;
        });
  }

  /** Of the first draws, the two numbers in turn. */
  double[] points(Samples draws) {
    double[] x = across.apply(draws);
    double[] y = up.apply(draws);
    double[] points = new double[2 * Math.min(MOST_POINTS, x.length)];
    for (int i = 0; i < points.length / 2; i++) {
      points[2 * i] = x[i];
      points[2 * i + 1] = y[i];
    }
    return points;
  }

  /** These points, over the density if it is known. */
  Picture picture(String title, double[] points) {
    PlanePicture plane = PlanePicture.of(title, area).axes(horizontal, vertical);
    return truth.map(plane::density).orElse(plane).points(points);
  }
}
