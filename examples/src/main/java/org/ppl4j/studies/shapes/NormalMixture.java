package org.ppl4j.studies.shapes;

import java.util.SplittableRandom;
import org.ppl4j.examples.density.PlaneDistribution;
import org.ppl4j.infer.report.Area;

/** A mixture of many normal distributions of equal weight and width, such as along a curve. */
final class NormalMixture implements PlaneDistribution {

  /** Exponents that are smaller than the greatest by more than this do not count. */
  private static final double NEGLIGIBLE = 40;

  private final String name;
  private final Area area;
  private final double sd;
  private final double[] centres;

  /**
   * Around these centres.
   *
   * @param sd of both coordinates
   * @param centres x and y in turn
   */
  NormalMixture(String name, Area area, double sd, double[] centres) {
    this.name = name;
    this.area = area;
    this.sd = sd;
    this.centres = centres;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Area area() {
    return area;
  }

  @Override
  public double logDensity(double x, double y) {
    double least = Double.POSITIVE_INFINITY;
    double[] squares = new double[centres.length / 2];
    for (int i = 0; i < squares.length; i++) {
      double dx = x - centres[2 * i];
      double dy = y - centres[2 * i + 1];
      squares[i] = (dx * dx + dy * dy) / (2 * sd * sd);
      least = Math.min(least, squares[i]);
    }
    double sum = 0;
    for (double square : squares) {
      sum += square - least < NEGLIGIBLE ? Math.exp(least - square) : 0;
    }
    return Math.log(sum / squares.length) - least - Math.log(2 * Math.PI * sd * sd);
  }

  @Override
  public void draw(SplittableRandom random, double[] point, int at) {
    int i = 2 * random.nextInt(centres.length / 2);
    point[at] = centres[i] + sd * PlaneDistribution.normal(random);
    point[at + 1] = centres[i + 1] + sd * PlaneDistribution.normal(random);
  }
}
