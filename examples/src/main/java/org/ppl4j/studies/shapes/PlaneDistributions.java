package org.ppl4j.studies.shapes;

import com.google.common.collect.ImmutableList;
import java.util.SplittableRandom;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.infer.report.Area;

/** The distributions of points in the plane on which flows are tried. */
final class PlaneDistributions {

  private static final int PLACES = 400;

  private PlaneDistributions() {}

  /** All of the zoo. */
  static ImmutableList<PlaneDistribution> zoo() {
    return ImmutableList.of(
        moons(), eightGaussians(), new Checkerboard(), spirals(), new Pinwheel());
  }

  /** Two half circles of radius 1 that reach into each other. */
  static PlaneDistribution moons() {
    return new NormalMixture(
        "two moons",
        new Area(-1.6, 2.6, -1.6, 2.1),
        0.1,
        along(
            u -> new double[] {Math.cos(Math.PI * u), Math.sin(Math.PI * u)},
            u -> new double[] {1 - Math.cos(Math.PI * u), 0.5 - Math.sin(Math.PI * u)}));
  }

  /** Eight normal distributions of standard deviation 0.2 around a circle of radius 2. */
  static PlaneDistribution eightGaussians() {
    double[] centres = new double[16];
    for (int k = 0; k < 8; k++) {
      centres[2 * k] = 2 * Math.cos(Math.PI / 4 * k);
      centres[2 * k + 1] = 2 * Math.sin(Math.PI / 4 * k);
    }
    return new NormalMixture("eight Gaussians", Area.square(3.2), 0.2, centres);
  }

  /** Two arms, each of one and a half turns, on which the angle's square is uniform. */
  static PlaneDistribution spirals() {
    return new NormalMixture(
        "spirals", Area.square(4), 0.1, along(u -> spiral(u, 1), u -> spiral(u, -1)));
  }

  private static double[] spiral(double u, double sign) {
    double angle = 3 * Math.PI * Math.sqrt(u);
    return new double[] {sign * angle * Math.cos(angle) / 3, sign * angle * Math.sin(angle) / 3};
  }

  /** A curve: where it is at u in [0, 1]. */
  private interface Curve {
    double[] at(double u);
  }

  /** Many places on curves, at even steps of u; x and y in turn. */
  private static double[] along(Curve... curves) {
    double[] places = new double[2 * PLACES * curves.length];
    int at = 0;
    for (Curve curve : curves) {
      for (int i = 0; i < PLACES; i++) {
        double[] place = curve.at((i + 0.5) / PLACES);
        places[at++] = place[0];
        places[at++] = place[1];
      }
    }
    return places;
  }

  /** Uniform on the black squares, of side 2, of a board from −4 to 4. */
  private static final class Checkerboard implements PlaneDistribution {

    private static final double LOG_SURFACE = Math.log(32);

    @Override
    public String name() {
      return "checkerboard";
    }

    @Override
    public Area area() {
      return Area.square(5);
    }

    @Override
    public double logDensity(double x, double y) {
      boolean inside = Math.abs(x) < 4 && Math.abs(y) < 4;
      boolean black = (Math.floor(x / 2) + Math.floor(y / 2)) % 2 == 0;
      return inside && black ? -LOG_SURFACE : Double.NEGATIVE_INFINITY;
    }

    @Override
    public double entropy() {
      return LOG_SURFACE;
    }

    @Override
    public void draw(SplittableRandom random, double[] point, int at) {
      int column = random.nextInt(4);
      int row = 2 * random.nextInt(2) + column % 2;
      point[at] = 2 * (column + random.nextDouble()) - 4;
      point[at + 1] = 2 * (row + random.nextDouble()) - 4;
    }
  }

  /**
   * Five arms that turn with the radius: log (r / 2) ~ N(0, 0.3), and the angle, given r, is normal
   * around 2πk / 5 + exp(r / 2) / 4 with an arc length of standard deviation 0.2.
   */
  private static final class Pinwheel implements PlaneDistribution {

    private static final int ARMS = 5;
    private static final double SPREAD = 0.3;
    private static final double WIDTH = 0.2;

    @Override
    public String name() {
      return "pinwheel";
    }

    @Override
    public Area area() {
      return Area.square(5);
    }

    private static double turn(double r) {
      return Math.exp(r / 2) / 4;
    }

    @Override
    public double logDensity(double x, double y) {
      double r = Math.hypot(x, y);
      if (r == 0) {
        return Double.NEGATIVE_INFINITY;
      }
      double z = Math.log(r / 2) / SPREAD;
      double logRadius = -0.5 * z * z - Math.log(SPREAD * r * Math.sqrt(2 * Math.PI));
      double arm = 2 * Math.PI / ARMS;
      double sd = WIDTH / r;
      double off = Math.IEEEremainder(Math.atan2(y, x) - turn(r), arm);
      int reach = (int) Math.ceil(9 * sd / arm) + 1;
      double sum = 0;
      for (int k = -reach; k <= reach; k++) {
        double distance = (off + k * arm) / sd;
        sum += Math.exp(-0.5 * distance * distance);
      }
      return logRadius - Math.log(r) + Math.log(sum / (ARMS * sd * Math.sqrt(2 * Math.PI)));
    }

    @Override
    public void draw(SplittableRandom random, double[] point, int at) {
      double r = 2 * Math.exp(SPREAD * PlaneDistribution.normal(random));
      double angle =
          2 * Math.PI * random.nextInt(ARMS) / ARMS
              + turn(r)
              + WIDTH / r * PlaneDistribution.normal(random);
      point[at] = r * Math.cos(angle);
      point[at + 1] = r * Math.sin(angle);
    }
  }
}
