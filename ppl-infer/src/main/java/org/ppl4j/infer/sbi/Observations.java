package org.ppl4j.infer.sbi;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;

/** Checks of what was observed. */
final class Observations {

  private Observations() {}

  /**
   * The numbers of one observation (C) or (1, C).
   *
   * @throws IllegalArgumentException if it is not one row of finite numbers
   */
  static double[] row(NDArray observation) {
    Shape shape = observation.getShape();
    boolean isRow = shape.dimension() == 1 || (shape.dimension() == 2 && shape.get(0) == 1);
    checkArgument(
        isRow && shape.size() > 0,
        "observation has shape %s, but wants one row of numbers; pass shape (C)",
        shape);
    double[] values = Tensors.values(observation);
    for (int i = 0; i < values.length; i++) {
      checkArgument(
          Double.isFinite(values[i]),
          "observation has %s in place %s (from 1) of %s; pass finite numbers",
          values[i],
          i + 1,
          values.length);
    }
    return values;
  }

  /**
   * Checks that an observation is one row of numbers.
   *
   * @throws IllegalArgumentException if it is not one row of finite numbers
   */
  static void check(NDArray observation) {
    double[] unused = row(observation);
  }

  /**
   * Checks the length of an observation.
   *
   * @param length how many numbers it has
   * @param wanted how many the simulator returns
   */
  static void checkWidth(int length, int wanted) {
    checkArgument(
        length == wanted,
        "observation has %s numbers, but the simulator returns %s; pass as many",
        length,
        wanted);
  }

  /** Numbers, row by row, as (N, columns). */
  static NDArray rows(NDManager manager, double[] values, int columns) {
    return manager.create(values, new Shape(values.length / columns, columns));
  }
}
