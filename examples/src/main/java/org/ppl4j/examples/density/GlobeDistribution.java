package org.ppl4j.examples.density;

import com.google.common.collect.ImmutableList;
import java.util.SplittableRandom;

/**
 * Directions on a globe: three clusters of von Mises–Fisher densities, κ exp(κ (μ·x − 1)) / (2 π (1
 * − exp(−2 κ))), and a band about the axis ν, normal in the height ν·x.
 */
final class GlobeDistribution {

  /**
   * A cluster.
   *
   * @param share of all directions
   * @param longitude of its center, in radians
   * @param latitude of its center, in radians
   * @param concentration κ
   */
  private record Cluster(double share, double longitude, double latitude, double concentration) {

    double density(double[] x) {
      double height = dot(x, GlobeDistribution.direction(longitude, latitude));
      double area = 2 * Math.PI * -Math.expm1(-2 * concentration) / concentration;
      return share * Math.exp(concentration * (height - 1)) / area;
    }
  }

  private static final ImmutableList<Cluster> CLUSTERS =
      ImmutableList.of(
          new Cluster(0.25, -1.5, 0.6, 30),
          new Cluster(0.2, 0.4, -0.5, 60),
          new Cluster(0.15, 2.8, 0.1, 15));

  private static final double[] AXIS = direction(1.2, 1.0);
  private static final double BAND = 0.4;
  private static final double HEIGHT = 0.35;
  private static final double WIDTH = 0.06;

  private GlobeDistribution() {}

  /** The unit vector of a place. */
  static double[] direction(double longitude, double latitude) {
    double[] x = new double[3];
    put(longitude, Math.sin(latitude), x, 0);
    return x;
  }

  /** Puts the unit vector of a longitude and the sine of a latitude at a place. */
  static void put(double longitude, double height, double[] all, int at) {
    double radius = Math.sqrt(Math.max(0, 1 - height * height));
    all[at] = radius * Math.cos(longitude);
    all[at + 1] = radius * Math.sin(longitude);
    all[at + 2] = height;
  }

  private static double dot(double[] a, double[] b) {
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
  }

  /** Per unit of surface; the band's normal density ends ten deviations before the poles. */
  static double logDensity(double[] x) {
    double z = (dot(x, AXIS) - HEIGHT) / WIDTH;
    double sum = BAND * Math.exp(-0.5 * z * z) / (Math.pow(2 * Math.PI, 1.5) * WIDTH);
    for (Cluster cluster : CLUSTERS) {
      sum += cluster.density(x);
    }
    return Math.log(sum);
  }

  /** Unit vectors one after the other. */
  static double[] draw(int count, long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    double[] all = new double[3 * count];
    for (int i = 0; i < count; i++) {
      double which = random.nextDouble();
      double[] about = AXIS;
      double height = HEIGHT + WIDTH * PlaneDistribution.normal(random);
      for (Cluster cluster : CLUSTERS) {
        boolean isHere = which >= 0 && which < cluster.share();
        which -= cluster.share();
        if (isHere) {
          about = direction(cluster.longitude(), cluster.latitude());
          double rest = Math.exp(-2 * cluster.concentration());
          double u = random.nextDouble();
          height = 1 + Math.log(u + (1 - u) * rest) / cluster.concentration();
        }
      }
      turned(about, height, 2 * Math.PI * random.nextDouble(), all, 3 * i);
    }
    return all;
  }

  /** The direction of this height along an axis and this angle about it. */
  private static void turned(double[] axis, double height, double angle, double[] all, int at) {
    double across = Math.hypot(axis[0], axis[1]);
    double[] east = {-axis[1] / across, axis[0] / across, 0};
    double[] north = {-axis[2] * east[1], axis[2] * east[0], across};
    double radius = Math.sqrt(1 - height * height);
    for (int j = 0; j < 3; j++) {
      double beside = Math.cos(angle) * east[j] + Math.sin(angle) * north[j];
      all[at + j] = height * axis[j] + radius * beside;
    }
  }
}
