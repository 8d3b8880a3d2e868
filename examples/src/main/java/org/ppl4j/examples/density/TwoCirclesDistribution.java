package org.ppl4j.examples.density;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.ppl4j.infer.report.Area;

/**
 * Two circles of radius 1 and 1/2, equally likely, with normal noise of standard deviation 0.05 on
 * both coordinates, in the standard units of the training points.
 *
 * <p>Before that, with r the distance from the centre and q a radius, a circle has the density
 * exp(−(r² + q²) / 2 s²) I₀(r q / s²) / 2 π s².
 */
public final class TwoCirclesDistribution implements PlaneDistribution {

  private static final double NOISE = 0.05;
  private static final double[] RADII = {1, 0.5};
  private static final double[] MEAN = {0.001563902268714092, -0.0019683164073124432};
  private static final double[] SD = {0.5603889779811304, 0.5586192794779157};

  /** cos t − 1 from 0 to half a turn. */
  private static final double[] DROPS =
      IntStream.rangeClosed(0, 256).mapToDouble(i -> Math.cos(Math.PI * i / 256) - 1).toArray();

  /** Exponents below minus this do not count beside that of 0. */
  private static final double NEGLIGIBLE = 40;

  @Override
  public String name() {
    return "two circles";
  }

  @Override
  public Area area() {
    return Area.square(2.5);
  }

  @Override
  public double logDensity(double x, double y) {
    double r = Math.hypot(MEAN[0] + SD[0] * x, MEAN[1] + SD[1] * y);
    double variance = NOISE * NOISE;
    double sum = 0;
    for (double q : RADII) {
      double gap = r - q;
      sum += 0.5 * Math.exp(-gap * gap / (2 * variance)) * scaledBessel(r * q / variance);
    }
    return Math.log(sum / (2 * Math.PI * variance)) + Math.log(SD[0] * SD[1]);
  }

  /** exp(−z) I₀(z): the mean of exp(z (cos t − 1)) over half a turn, by the rule of equal steps. */
  private static double scaledBessel(double z) {
    double sum = 0.5;
    for (int i = 1; i < DROPS.length && z * DROPS[i] > -NEGLIGIBLE; i++) {
      double term = Math.exp(z * DROPS[i]);
      sum += i == DROPS.length - 1 ? term / 2 : term;
    }
    return sum / (DROPS.length - 1);
  }

  @Override
  public void draw(SplittableRandom random, double[] point, int at) {
    double radius = RADII[random.nextInt(RADII.length)];
    double angle = 2 * Math.PI * random.nextDouble();
    point[at] =
        (radius * Math.cos(angle) + NOISE * PlaneDistribution.normal(random) - MEAN[0]) / SD[0];
    point[at + 1] =
        (radius * Math.sin(angle) + NOISE * PlaneDistribution.normal(random) - MEAN[1]) / SD[1];
  }
}
