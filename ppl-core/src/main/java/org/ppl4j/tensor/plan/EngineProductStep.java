package org.ppl4j.tensor.plan;

import java.nio.FloatBuffer;
import org.ppl4j.tensor.engine.EngineMatrix;
import org.ppl4j.tensor.plan.ProductStep.Side;

/** Large products of matrices in single precision, by the engine. */
final class EngineProductStep implements Step {

  /** So many numbers are rounded or widened at once, in the nearest cache. */
  static final int PART = 1024;

  /** Nanoseconds that an element of an operand takes to be copied. */
  static final double COPIED = 0.35;

  private final Factor left;
  private final Factor right;
  private final int to;
  private final int[] tos;
  private final int k;
  private final int parts;

  /**
   * An operand as the engine has it.
   *
   * @param matrix which one of the engine's it is copied to
   * @param isAcross whether it lies there column by column
   * @param isThere whether an earlier step has copied it
   */
  record Factor(Side side, int matrix, boolean isAcross, boolean isThere) {}

  /**
   * A product.
   *
   * @param to the buffer of the result
   * @param tos where each matrix of it begins, which lies row by row
   * @param k how many products are summed
   * @param parts an array of {@link #PART} in single precision
   */
  EngineProductStep(Factor left, Factor right, int to, int[] tos, int k, int parts) {
    this.left = left;
    this.right = right;
    this.to = to;
    this.tos = tos;
    this.k = k;
    this.parts = parts;
  }

  /** Whether a side is best copied with the dim that is summed over first. */
  static boolean isSummedFirst(Side side) {
    return side.stride() == 1 && side.summedStride() != 1;
  }

  @Override
  public void run(Store store) {
    EngineMatrix one = store.matrices()[left.matrix];
    EngineMatrix other = store.matrices()[right.matrix];
    int size = left.side.size() * right.side.size();
    float[] part = store.singles()[parts];
    for (int i = 0; i < tos.length; i++) {
      write(left, store, i, one.elements());
      write(right, store, i, other.elements());
      int at = tos[i];
      EngineMatrix.multiply(
          one,
          left.isAcross,
          other,
          right.isAcross,
          elements -> read(elements, store.doubles()[to], at, size, part));
    }
  }

  private void write(Factor factor, Store store, int matrix, FloatBuffer into) {
    Side side = factor.side;
    if (factor.isThere || matrix > 0 && side.isOne()) {
      return;
    }
    double[] from = store.doubles()[side.buffer()];
    float[] part = store.singles()[parts];
    int start = side.starts()[matrix];
    boolean isFirst = isSummedFirst(side);
    int rows = isFirst ? k : side.size();
    int columns = isFirst ? side.size() : k;
    int down = isFirst ? side.summedStride() : side.stride();
    int along = isFirst ? 1 : side.summedStride();
    if (along == 1 && down == columns) {
      write(into, 0, from, start, rows * columns, 1, part);
      return;
    }
    for (int row = 0; row < rows; row++) {
      write(into, row * columns, from, start + row * down, columns, along, part);
    }
  }

  private static void write(
      FloatBuffer into, int to, double[] from, int start, int size, int stride, float[] part) {
    for (int done = 0; done < size; done += PART) {
      int n = Math.min(PART, size - done);
      if (stride == 1) {
        round(n, from, start + done, part);
      } else {
        round(n, from, start + done * stride, stride, part);
      }
      into.put(to + done, part, 0, n);
    }
  }

  private static void round(int n, double[] from, int at, float[] to) {
    for (int i = 0; i < n; i++) {
      to[i] = (float) from[at + i];
    }
  }

  private static void round(int n, double[] from, int at, int stride, float[] to) {
    for (int i = 0; i < n; i++) {
      to[i] = (float) from[at + i * stride];
    }
  }

  private static void read(FloatBuffer from, double[] into, int start, int size, float[] part) {
    for (int done = 0; done < size; done += PART) {
      int n = Math.min(PART, size - done);
      from.get(done, part, 0, n);
      widen(n, part, into, start + done);
    }
  }

  private static void widen(int n, float[] from, double[] to, int at) {
    for (int i = 0; i < n; i++) {
      to[at + i] = from[i];
    }
  }

  @Override
  public Cost cost() {
    double products = (double) tos.length * left.side.size() * right.side.size() * k;
    return new Cost(tos.length * nanoseconds(left.side, right.side, k), 0.05 * products);
  }

  /** About how long a product of two matrices takes, with what is copied. */
  static double nanoseconds(Side left, Side right, int k) {
    double rows = left.size();
    double columns = right.size();
    double copied = COPIED * k * (rows + columns) + 0.5 * rows * columns;
    return 5000 + 0.0225 * rows * columns * k + copied;
  }
}
