package org.ppl4j.infer.autoguide;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.Ppl;
import org.ppl4j.tensor.Tensors;

/**
 * The units in which a guide reads columns of numbers: their median and half the width of their
 * middle two thirds when it first met them, which few numbers far out do not move. They are buffers
 * of the store.
 */
final class Standard {

  private static final double LOW = 0.1587; // of a normal distribution one deviation below
  private static final double HIGH = 0.8413;

  private Standard() {}

  /**
   * Columns in their units.
   *
   * @param name before those of the buffers
   * @param what is read, for errors
   * @param x (N, F)
   * @throws IllegalArgumentException if a number is not finite, where columns are first met
   */
  static NDArray units(Ppl p, String name, String what, NDArray x) {
    Placement placement = new Placement(name);
    if (!placement.isIn(p.params())) {
      int columns = Math.toIntExact(x.getShape().get(1));
      double[] numbers = Tensors.values(x);
      double[] locations = new double[columns];
      double[] deviations = new double[columns];
      for (int j = 0; j < columns; j++) {
        double[] column = column(numbers, columns, j, what);
        locations[j] = quantile(column, 0.5);
        deviations[j] = deviation(column);
      }
      Shape shape = new Shape(columns);
      placement.put(p.run(), p.params(), Placement.DEVIATIONS, shape, deviations);
      placement.put(p.run(), p.params(), Placement.LOCATION, shape, locations);
    }
    return in(p, placement, x);
  }

  /** Numbers {@code (*, F)} in units that are kept. */
  static NDArray in(Ppl p, Placement placement, NDArray x) {
    Shape shape = new Shape(x.getShape().get(x.getShape().dimension() - 1));
    NDArray location = placement.get(p.run(), p.params(), Placement.LOCATION, shape);
    NDArray deviations = placement.get(p.run(), p.params(), Placement.DEVIATIONS, shape);
    return x.sub(location).div(deviations);
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
