package org.ppl4j.tensor.engine;

import ai.djl.ndarray.types.DataType;
import java.lang.invoke.MethodHandle;

/**
 * A matrix in single precision whose memory the engine shares with Java, to be multiplied with
 * others. The memory is freed when nobody has the matrix any more. It belongs to one thread at a
 * time.
 */
public final class EngineMatrix {

  private static final MethodHandle ACROSS =
      Native.find("torchTranspose", Native.J, Native.J, Native.J, Native.J);
  private static final MethodHandle PRODUCT =
      Native.find("torchMatmul", Native.J, Native.J, Native.J);
  private static final int[] CPU = {0, -1};

  private final long plain;
  private final long across;
  private final HostMemory elements;

  /** Takes the elements of a product, row by row. */
  @FunctionalInterface
  public interface Reader {

    /** Takes the elements while they are there. */
    void read(HostMemory elements);
  }

  /** A matrix, whatever is in it. */
  public EngineMatrix(int rows, int columns) {
    long there = Native.empty(new long[] {rows, columns}, PyTorch.number(DataType.FLOAT32), CPU);
    long view = across(there);
    plain = there;
    across = view;
    elements = HostMemory.of(there, DataType.FLOAT32, rows * columns);
    PyTorch.get()
        .freeWith(
            this,
            () -> {
              Native.delete(view);
              Native.delete(there);
            });
  }

  /** The elements, row by row, to be written. */
  public HostMemory elements() {
    return elements;
  }

  /**
   * Multiplies two matrices.
   *
   * @param isLeftAcross whether the left one is transposed
   * @param isRightAcross whether the right one is
   */
  public static void multiply(
      EngineMatrix left,
      boolean isLeftAcross,
      EngineMatrix right,
      boolean isRightAcross,
      Reader reader) {
    long product = product(left.seen(isLeftAcross), right.seen(isRightAcross));
    reader.read(left.elements.over(Native.buffer(product)));
    Native.delete(product);
  }

  private long seen(boolean isAcross) {
    return isAcross ? across : plain;
  }

  private static long product(long left, long right) {
    try {
      return (long) PRODUCT.invokeExact(left, right);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }

  private static long across(long matrix) {
    try {
      return (long) ACROSS.invokeExact(matrix, 0L, 1L);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }
}
