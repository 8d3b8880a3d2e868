package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import org.ppl4j.tensor.internal.engine.EngineTensor;

/** Large products of matrices by the engine. */
final class EngineProductStep implements Action {

  /** Nanoseconds that an element of an operand takes to be copied. */
  static final double COPIED = 0.35;

  private final Factor left;
  private final Factor right;
  private final int to;
  private final int[] tos;
  private final EngineCopy[] leftCopies;
  private final EngineCopy[] rightCopies;

  /**
   * An operand as the engine has it.
   *
   * @param tensor which one of the engine's it is copied to
   * @param isAcross whether it lies there column by column
   * @param isThere whether an earlier step has copied it
   */
  record Factor(Side side, int tensor, boolean isAcross, boolean isThere) {

    private EngineTensor.Seen seen(Store store) {
      return new EngineTensor.Seen(store.tensors()[tensor], isAcross);
    }

    /** How each matrix is copied; only the first one where all are the same, none that is there. */
    private EngineCopy[] copies(int k) {
      int count = isThere ? 0 : side.isOne() ? 1 : side.starts().length;
      EngineCopy[] copies = new EngineCopy[count];
      boolean isFirst = isSummedFirst(side);
      int[] sizes = isFirst ? new int[] {k, side.size()} : new int[] {side.size(), k};
      int[] strides =
          isFirst
              ? new int[] {side.summedStride(), side.stride()}
              : new int[] {side.stride(), side.summedStride()};
      Arrays.setAll(
          copies,
          i -> EngineCopy.of(new Elements(side.buffer(), side.starts()[i], sizes, strides)));
      return copies;
    }
  }

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
    this.leftCopies = left.copies(k);
    this.rightCopies = right.copies(k);
  }

  /** Whether a side is best copied with the dim that is summed over first. */
  static boolean isSummedFirst(Side side) {
    return side.stride() == 1 && side.summedStride() != 1;
  }

  @Override
  public void run(Store store) {
    EngineTensor.Seen one = left.seen(store);
    EngineTensor.Seen other = right.seen(store);
    int size = left.side.size() * right.side.size();
    for (int i = 0; i < tos.length; i++) {
      copy(leftCopies, i, left, store);
      copy(rightCopies, i, right, store);
      int at = tos[i];
      EngineTensor.multiply(
          one,
          other,
          elements -> {
            if (Store.isSingle(to)) {
              elements.read(0, store.single(to), at, size);
            } else {
              elements.read(0, store.doubles()[to], at, size);
            }
          });
    }
  }

  private static void copy(EngineCopy[] copies, int matrix, Factor factor, Store store) {
    if (matrix < copies.length) {
      copies[matrix].write(store, store.tensors()[factor.tensor].elements());
    }
  }

  /** About how long a product of two matrices takes, with what is copied. */
  static double nanoseconds(Side left, Side right, int k, boolean isSingle) {
    double rows = left.size();
    double columns = right.size();
    double copied = COPIED * k * (rows + columns) + 0.5 * rows * columns;
    return 5000 + (isSingle ? 0.0225 : 0.036) * rows * columns * k + copied;
  }
}
