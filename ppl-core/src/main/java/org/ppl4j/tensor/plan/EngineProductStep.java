package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.engine.EngineMatrix;
import org.ppl4j.tensor.engine.HostMemory;
import org.ppl4j.tensor.plan.ProductStep.Side;

/** Large products of matrices in single precision, by the engine. */
final class EngineProductStep implements Step {

  /** Nanoseconds that an element of an operand takes to be copied. */
  static final double COPIED = 0.35;

  private final Factor left;
  private final Factor right;
  private final int to;
  private final int[] tos;
  private final int k;

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
   */
  EngineProductStep(Factor left, Factor right, int to, int[] tos, int k) {
    this.left = left;
    this.right = right;
    this.to = to;
    this.tos = tos;
    this.k = k;
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
    for (int i = 0; i < tos.length; i++) {
      write(left, store, i, one.elements());
      write(right, store, i, other.elements());
      int at = tos[i];
      EngineMatrix.multiply(
          one,
          left.isAcross,
          other,
          right.isAcross,
          elements -> {
            if (Store.isSingle(to)) {
              elements.read(0, store.single(to), at, size);
            } else {
              elements.read(0, store.doubles()[to], at, size);
            }
          });
    }
  }

  private void write(Factor factor, Store store, int matrix, HostMemory into) {
    Side side = factor.side;
    if (factor.isThere || matrix > 0 && side.isOne()) {
      return;
    }
    int start = side.starts()[matrix];
    boolean isFirst = isSummedFirst(side);
    int rows = isFirst ? k : side.size();
    int columns = isFirst ? side.size() : k;
    int down = isFirst ? side.summedStride() : side.stride();
    int along = isFirst ? 1 : side.summedStride();
    if (along == 1 && down == columns) {
      write(into, 0, store, side.buffer(), start, 1, rows * columns);
      return;
    }
    for (int row = 0; row < rows; row++) {
      write(into, row * columns, store, side.buffer(), start + row * down, along, columns);
    }
  }

  private static void write(
      HostMemory into, int to, Store store, int buffer, int start, int stride, int size) {
    if (Store.isSingle(buffer)) {
      into.write(to, store.single(buffer), start, stride, size);
    } else {
      into.write(to, store.doubles()[buffer], start, stride, size);
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
