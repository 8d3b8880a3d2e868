package org.ppl4j.tensor;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.lang.invoke.MethodHandle;
import org.ppl4j.tensor.SoftmaxBin.Grid;

/**
 * The shares of the bins of each axis, a softmax of raw numbers, and their running sums, on the
 * host. The engine, which is faster at it, takes the exponentials; rows whose sum it cannot hold
 * are done again from their largest number on.
 */
final class BinShares {

  private static final MethodHandle EXP = Native.function("torchExp", 1);

  // between them single precision keeps all digits of a sum
  private static final double LEAST = 1e-30;
  private static final double MOST = 1e30;

  private final int bins;
  private final int count; // of the bins of all axes
  private final int width; // of a row of raw numbers
  private final HostCopy.Numbers raw;
  private final double[] shares; // row by row, axis by axis
  private final double[] below; // the sum of the shares before each

  private BinShares(Grid grid, int width, HostCopy.Numbers raw, double[] exponentials) {
    this.bins = grid.bins();
    this.count = grid.axes() * bins;
    this.width = width;
    this.raw = raw;
    this.shares = exponentials;
    this.below = new double[shares.length];
    for (int from = 0; from < shares.length; from += bins) {
      double sum = sum(from);
      if (!(sum > LEAST && sum < MOST)) {
        takeExponentials(from);
        sum = sum(from);
      }
      divide(from, sum);
    }
  }

  /**
   * Those of raw numbers.
   *
   * @param raw contiguous {@code (*, P)}, on the host; must live as long as this
   * @param shape of it
   */
  static BinShares of(Grid grid, long raw, Shape shape, DataType type) {
    int axis = shape.dimension() - 1;
    int width = Math.toIntExact(shape.get(axis));
    long count = (long) grid.axes() * grid.bins();
    long logits = Native.slice(raw, axis, 0, count, 1);
    long exponentials = Native.call(EXP, new long[] {logits});
    Native.delete(logits);
    try {
      long size = shape.size() / width * count;
      return new BinShares(
          grid,
          width,
          HostCopy.numbers(raw, type),
          HostCopy.doubles(exponentials, type, size, Device.cpu()));
    } finally {
      Native.delete(exponentials);
    }
  }

  private double sum(int from) {
    double sum = 0;
    for (int j = from; j < from + bins; j++) {
      below[j] = sum;
      sum += shares[j];
    }
    return sum;
  }

  private void takeExponentials(int from) {
    int row = from / count;
    int first = from % count;
    double largest = Double.NEGATIVE_INFINITY;
    for (int j = 0; j < bins; j++) {
      largest = Math.max(largest, raw(row, first + j));
    }
    for (int j = 0; j < bins; j++) {
      shares[from + j] = Math.exp(raw(row, first + j) - largest);
    }
  }

  private void divide(int from, double sum) {
    double factor = 1 / sum;
    for (int j = from; j < from + bins; j++) {
      shares[j] *= factor;
      below[j] *= factor;
    }
  }

  /** The place of an axis' first bin among the shares. */
  int place(int row, int axis) {
    return row * count + axis * bins;
  }

  /** A share. */
  double share(int place) {
    return shares[place];
  }

  /** The sum of the shares before it on its axis. */
  double below(int place) {
    return below[place];
  }

  /** A raw number. */
  double raw(int row, int number) {
    return raw.get(row * width + number);
  }
}
