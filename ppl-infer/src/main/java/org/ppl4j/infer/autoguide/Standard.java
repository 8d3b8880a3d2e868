package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.Ppl;
import org.ppl4j.params.ParamStore;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * How a guide reads columns of numbers, each as two: in units of its median and of half the width
 * of its middle two thirds, which few numbers far out do not move; and the logarithm likewise of a
 * column without negative numbers that spans orders of magnitude, 0 of any other; that of 0 is the
 * one of half the least number above. The units are those of the columns when they were first met,
 * and buffers of the store.
 */
final class Standard {

  private static final double LOW = 0.1587; // of a normal distribution one deviation below
  private static final double HIGH = 0.8413;

  /** So many times what is low is what is high where logarithms are read, too. */
  private static final double SPAN = 4;

  private static final String FLOOR = ".floor"; // below which logarithms do not go on
  private static final String FACTOR = ".factor";
  private static final String LEAST = ".least";
  private static final String MOST = ".most";

  private Standard() {}

  /**
   * Columns as they are read.
   *
   * @param name before those of the buffers
   * @param what is read, for errors
   * @param x (N, F)
   * @return (N, 2 F)
   * @throws IllegalArgumentException if a number is not finite, where columns are first met
   */
  static NDArray units(Ppl p, String name, String what, NDArray x) {
    Placement placement = new Placement(name);
    int columns = Math.toIntExact(x.getShape().get(1));
    Shape shape = new Shape(columns);
    if (!placement.isIn(p.params())) {
      meet(p, placement, what, x, columns);
    }
    NDArray logs = x.maximum(placement.get(p.run(), p.params(), FLOOR, shape)).log();
    return in(p, placement, Tensors.concat(List.of(x, logs), 1));
  }

  private static void meet(Ppl p, Placement placement, String what, NDArray x, int columns) {
    double[] numbers = Tensors.values(x);
    double[] locations = new double[2 * columns];
    double[] factors = new double[2 * columns]; // 0 of what is not read
    double[] floors = new double[columns];
    double[] least = new double[2 * columns]; // in the units
    double[] most = new double[2 * columns];
    for (int j = 0; j < columns; j++) {
      double[] column = column(numbers, columns, j, what);
      locations[j] = quantile(column, 0.5);
      factors[j] = 1 / deviation(column);
      least[j] = (column[0] - locations[j]) * factors[j];
      most[j] = (column[column.length - 1] - locations[j]) * factors[j];
      floors[j] = 1;
      if (column[0] >= 0 && quantile(column, HIGH) > SPAN * quantile(column, LOW)) {
        double floor = Arrays.stream(column).filter(number -> number > 0).findFirst().orElse(1) / 2;
        double[] logs =
            Arrays.stream(column).map(number -> Math.log(Math.max(number, floor))).toArray();
        int of = columns + j;
        floors[j] = floor;
        locations[of] = quantile(logs, 0.5);
        factors[of] = 1 / deviation(logs);
        least[of] = (logs[0] - locations[of]) * factors[of];
        most[of] = (logs[logs.length - 1] - locations[of]) * factors[of];
      }
    }
    Shape both = new Shape(2L * columns);
    placement.put(p.run(), p.params(), LEAST, both, least);
    placement.put(p.run(), p.params(), MOST, both, most);
    placement.put(p.run(), p.params(), FLOOR, new Shape(columns), floors);
    keep(p.run(), p.params(), placement, locations, factors);
  }

  /**
   * Keeps units.
   *
   * @param factors 1 / the deviations
   */
  static void keep(
      Run run, ParamStore params, Placement placement, double[] locations, double[] factors) {
    Shape shape = new Shape(locations.length);
    placement.put(run, params, FACTOR, shape, factors);
    placement.put(run, params, Placement.LOCATION, shape, locations);
  }

  /** Numbers {@code (*, F)} in units that are kept. */
  static NDArray in(Ppl p, Placement placement, NDArray x) {
    Shape shape = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    NDArray location = placement.get(p.run(), p.params(), Placement.LOCATION, shape);
    return x.sub(location).mul(placement.get(p.run(), p.params(), FACTOR, shape));
  }

  /** What is read (N, 2 F), where it was first met: beyond that nothing has been learned. */
  static NDArray within(Ppl p, String name, NDArray units) {
    Placement placement = new Placement(name);
    Shape shape = new Shape(units.getShape().get(1));
    return units
        .maximum(placement.get(p.run(), p.params(), LEAST, shape))
        .minimum(placement.get(p.run(), p.params(), MOST, shape));
  }

  private static double[] column(double[] numbers, int columns, int j, String what) {
    double[] column = new double[numbers.length / columns];
    for (int i = 0; i < column.length; i++) {
      column[i] = numbers[i * columns + j];
      checkArgument(
          Double.isFinite(column[i]),
          "%s has %s in row %s, column %s, but a guide reads numbers; fill in what is missing, and"
              + " say where in a column of its own",
          what,
          column[i],
          i,
          j);
    }
    Arrays.sort(column);
    return column;
  }

  private static double deviation(double[] sorted) {
    double middle = (quantile(sorted, HIGH) - quantile(sorted, LOW)) / 2;
    if (middle > 0) {
      return middle;
    }
    double mean = Arrays.stream(sorted).average().orElse(0);
    double variance = Arrays.stream(sorted).map(x -> (x - mean) * (x - mean)).average().orElse(0);
    return variance > 0 ? Math.sqrt(variance) : 1; // a column that says nothing
  }

  private static double quantile(double[] sorted, double q) {
    double at = q * (sorted.length - 1);
    int below = (int) at;
    int above = Math.min(below + 1, sorted.length - 1);
    return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
  }
}
