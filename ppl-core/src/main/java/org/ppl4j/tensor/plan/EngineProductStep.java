package org.ppl4j.tensor.plan;

import org.ppl4j.tensor.engine.EngineTensor;
import org.ppl4j.tensor.plan.ProductStep.Side;

/** Large products of matrices by the engine. */
final class EngineProductStep implements Action {

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
   * @param tensor which one of the engine's it is copied to
   * @param isAcross whether it lies there column by column
   * @param isThere whether an earlier step has copied it
   */
  record Factor(Side side, int tensor, boolean isAcross, boolean isThere) {

    private EngineTensor.Seen seen(Store store) {
      return new EngineTensor.Seen(store.tensors()[tensor], isAcross);
    }

    private void write(Store store, int matrix, int k) {
      if (isThere || matrix > 0 && side.isOne()) {
        return;
      }
      boolean isFirst = isSummedFirst(side);
      EngineCopy copy =
          isFirst
              ? new EngineCopy(side.buffer(), k, side.summedStride(), side.size(), side.stride())
              : new EngineCopy(side.buffer(), side.size(), side.stride(), k, side.summedStride());
      copy.write(store, side.starts()[matrix], store.tensors()[tensor].elements(), 0);
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
    this.k = k;
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
      left.write(store, i, k);
      right.write(store, i, k);
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

  /** About how long a product of two matrices takes, with what is copied. */
  static double nanoseconds(Side left, Side right, int k, boolean isSingle) {
    double rows = left.size();
    double columns = right.size();
    double copied = COPIED * k * (rows + columns) + 0.5 * rows * columns;
    return 5000 + (isSingle ? 0.0225 : 0.036) * rows * columns * k + copied;
  }
}
