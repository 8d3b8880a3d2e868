package org.ppl4j.infer.report;

import static com.google.common.base.Preconditions.checkArgument;

/**
 * The part of the plane that a picture shows.
 *
 * @param left the least x
 * @param right the greatest x
 * @param bottom the least y
 * @param top the greatest y
 */
public record Area(double left, double right, double bottom, double top) {

  /** What {@link #around} adds on each side, as a share of the side. */
  private static final double MARGIN = 0.05;

  /**
   * From these bounds.
   *
   * @throws IllegalArgumentException if they are not finite, or it has no inside
   */
  public Area {
    checkArgument(
        Double.isFinite(left)
            && Double.isFinite(right)
            && Double.isFinite(bottom)
            && Double.isFinite(top)
            && left < right
            && bottom < top,
        "area from %s to %s and from %s to %s has no inside; pass bounds in their order",
        left,
        right,
        bottom,
        top);
  }

  /** From −half to half in both coordinates. */
  public static Area square(double half) {
    return new Area(-half, half, -half, half);
  }

  /**
   * All of these points and a small margin.
   *
   * @param points x and y in turn, at least one point
   * @throws IllegalArgumentException if there is none, or one is not finite
   */
  public static Area around(double[] points) {
    checkPoints(points);
    checkArgument(points.length > 0, "area is to be around no points; pass at least one");
    double[] min = {points[0], points[1]};
    double[] max = {points[0], points[1]};
    for (int i = 0; i < points.length; i++) {
      min[i % 2] = Math.min(min[i % 2], points[i]);
      max[i % 2] = Math.max(max[i % 2], points[i]);
    }
    double x = margin(min[0], max[0]);
    double y = margin(min[1], max[1]);
    return new Area(min[0] - x, max[0] + x, min[1] - y, max[1] + y);
  }

  private static double margin(double min, double max) {
    return max > min ? MARGIN * (max - min) : 1;
  }

  /** Points are x and y in turn. */
  static void checkPoints(double[] points) {
    checkArgument(
        points.length % 2 == 0,
        "points are %s numbers, but come as x and y in turn; pass both of each",
        points.length);
  }
}
