package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.distributions.Distribution;
import org.ppl4j.internal.math.GaussLegendre;
import org.ppl4j.internal.math.LogGamma;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * Points of the sphere with their shares of its area.
 *
 * @param points one after the other
 * @param weights one a point
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SphereQuadrature(double[] points, double[] weights) {

  private static final int PANELS = 6;
  private static final int ANGLES = 192;
  private static final int PART = 50_000;

  /**
   * Of the circle, by equal angles, and of the sphere in space, by heights and angles.
   *
   * @param fineness as many times as many points in each direction
   */
  static SphereQuadrature whole(int dim, int fineness) {
    int around = ANGLES * fineness;
    if (dim == 2) {
      double[] points = new double[2 * around * PANELS];
      double[] weights = new double[around * PANELS];
      Arrays.fill(weights, 2 * Math.PI / weights.length);
      for (int i = 0; i < weights.length; i++) {
        points[2 * i] = Math.cos(weights[0] * i);
        points[2 * i + 1] = Math.sin(weights[0] * i);
      }
      return new SphereQuadrature(points, weights);
    }
    Nodes heights = Nodes.between(-1, 1, PANELS * fineness);
    double[] points = new double[3 * around * heights.at.length];
    double[] weights = new double[points.length / 3];
    for (int i = 0; i < weights.length; i++) {
      double height = heights.at[i / around];
      double radius = Math.sqrt(1 - height * height);
      double angle = 2 * Math.PI * (i % around) / around;
      points[3 * i] = radius * Math.cos(angle);
      points[3 * i + 1] = height;
      points[3 * i + 2] = radius * Math.sin(angle);
      weights[i] = heights.weights[i / around] * 2 * Math.PI / around;
    }
    return new SphereQuadrature(points, weights);
  }

  /**
   * Of functions of the height along an axis alone, in any dimension: a point for each angle from
   * the axis, with the area of the sphere about it.
   *
   * @param axis a unit vector
   */
  static SphereQuadrature around(double... axis) {
    int dim = axis.length;
    int least = 0;
    for (int i = 1; i < dim; i++) {
      least = Math.abs(axis[i]) < Math.abs(axis[least]) ? i : least;
    }
    double length = Math.sqrt(1 - axis[least] * axis[least]);
    Nodes angles = Nodes.between(0, Math.PI, 34 * PANELS);
    double half = (dim - 1) / 2.0;
    double area = 2 * Math.exp(half * Math.log(Math.PI) - LogGamma.of(half));
    double[] points = new double[dim * angles.at.length];
    double[] weights = new double[angles.at.length];
    for (int i = 0; i < weights.length; i++) {
      double sine = Math.sin(angles.at[i]);
      for (int j = 0; j < dim; j++) {
        double across = ((j == least ? 1 : 0) - axis[least] * axis[j]) / length;
        points[dim * i + j] = Math.cos(angles.at[i]) * axis[j] + sine * across;
      }
      weights[i] = angles.weights[i] * area * Math.pow(sine, dim - 2.0);
    }
    return new SphereQuadrature(points, weights);
  }

  /** Of few enough points for a run each. */
  List<SphereQuadrature> parts() {
    int dim = points.length / weights.length;
    List<SphereQuadrature> parts = new ArrayList<>();
    for (int from = 0; from < weights.length; from += PART) {
      int to = Math.min(from + PART, weights.length);
      parts.add(
          new SphereQuadrature(
              Arrays.copyOfRange(points, dim * from, dim * to),
              Arrays.copyOfRange(weights, from, to)));
    }
    return parts;
  }

  /** {@code (n, D)}. */
  NDArray points(Run run) {
    return run.create(points, new Shape(weights.length, points.length / weights.length));
  }

  /** That of a density. */
  double integral(Run run, Distribution density) {
    double[] logProb = Tensors.values(density.logProb(points(run)));
    double sum = 0;
    for (int i = 0; i < weights.length; i++) {
      sum += weights[i] * Math.exp(logProb[i]);
    }
    return sum;
  }

  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Nodes(double[] at, double[] weights) {

    static Nodes between(double from, double to, int panels) {
      Nodes nodes =
          new Nodes(
              new double[panels * GaussLegendre.SIZE], new double[panels * GaussLegendre.SIZE]);
      int[] count = new int[1];
      for (int i = 0; i < panels; i++) {
        double low = from + (to - from) * i / panels;
        GaussLegendre.over(
            low,
            low + (to - from) / panels,
            (x, weight) -> {
              nodes.at[count[0]] = x;
              nodes.weights[count[0]++] = weight;
            });
      }
      return nodes;
    }
  }
}
