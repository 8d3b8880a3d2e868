package org.ppl4j.infer.sbi;

import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * A point among the parameters for each of some simulations, from which the distance of the true
 * parameters is compared with that of draws: the parameters of the simulation before it whose data
 * are the nearest; of the first, the medians.
 *
 * <p>What is before a simulation knows nothing of its parameters but by its data. So the figures of
 * all simulations are independent of each other if the posterior is right, which they would not be
 * if two were each other's reference.
 */
final class ReferencePoints {

  private final int columns;
  private final double[] points;
  private final double[] units;

  private ReferencePoints(int columns, double[] points, double[] units) {
    this.columns = columns;
    this.points = points;
    this.units = units;
  }

  static ReferencePoints of(Simulations simulations) {
    int columns = simulations.parameterColumns();
    int width = simulations.dataColumns();
    double[] parameters = simulations.allParameters();
    double[] data = simulations.allData();
    double[] unitsOfData = quantiles(data, width)[1];
    double[][] ofParameters = quantiles(parameters, columns);
    double[] points = Arrays.copyOf(ofParameters[0], parameters.length);
    for (int i = 1; i < simulations.rows(); i++) {
      int nearest = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int k = 0; k < i; k++) {
        double distance = squared(data, i * width, data, k * width, unitsOfData);
        if (distance < least) {
          least = distance;
          nearest = k;
        }
      }
      System.arraycopy(parameters, nearest * columns, points, i * columns, columns);
    }
    return new ReferencePoints(columns, points, ofParameters[1]);
  }

  /** The median of each column, and half its quartile range; 1 where that is 0. */
  private static double[][] quantiles(double[] rows, int columns) {
    double[] medians = new double[columns];
    double[] units = new double[columns];
    int count = rows.length / columns;
    for (int j = 0; j < columns; j++) {
      int column = j;
      double[] sorted =
          IntStream.range(0, count).mapToDouble(i -> rows[i * columns + column]).sorted().toArray();
      medians[j] = sorted[count / 2];
      double half = (sorted[3 * count / 4] - sorted[count / 4]) / 2;
      units[j] = half > 0 ? half : 1;
    }
    return new double[][] {medians, units};
  }

  /** The squared distance of a row of parameters from the point of a simulation. */
  double distance(int simulation, double[] rows, int row) {
    return squared(points, simulation * columns, rows, row * columns, units);
  }

  private static double squared(double[] a, int from, double[] b, int start, double[] units) {
    double sum = 0;
    for (int j = 0; j < units.length; j++) {
      double off = (a[from + j] - b[start + j]) / units[j];
      sum += off * off;
    }
    return sum;
  }
}
