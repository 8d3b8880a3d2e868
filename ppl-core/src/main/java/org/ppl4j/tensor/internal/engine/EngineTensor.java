package org.ppl4j.tensor.internal.engine;

import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.ImmutableIntArray;
import java.lang.invoke.MethodHandle;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;

/**
 * A tensor of floats whose memory the engine shares with Java, as an operand of what the engine
 * computes for a record. The memory is freed when nobody has the tensor any more. It belongs to one
 * thread at a time.
 */
public final class EngineTensor {

  private static final MethodHandle ACROSS =
      Native.find("torchTranspose", Native.J, Native.J, Native.J, Native.J);
  private static final MethodHandle PRODUCT =
      Native.find("torchMatmul", Native.J, Native.J, Native.J);
  private static final int[] CPU = {0, -1};

  private final long plain;
  private final long across; // the same as the plain one of a vector
  private final HostMemory elements;

  /**
   * What kind of tensor it is.
   *
   * @param type float32 or float64
   * @param shape of one axis or more, none of size 0
   */
  public record Kind(DataType type, ImmutableIntArray shape) {

    /** How many elements such a tensor has. */
    int size() {
      return shape.stream().reduce(1, Math::multiplyExact);
    }
  }

  /**
   * A tensor as it is seen.
   *
   * @param isAcross whether the last two axes are exchanged
   */
  public record Seen(EngineTensor tensor, boolean isAcross) {

    private long handle() {
      return isAcross ? tensor.across : tensor.plain;
    }
  }

  /** Takes the elements of a result, row by row. */
  @FunctionalInterface
  public interface Reader {

    /** Takes the elements while they are there. */
    void read(HostMemory elements);
  }

  /** A tensor, whatever is in it. */
  public EngineTensor(Kind kind) {
    long[] shape = kind.shape().stream().asLongStream().toArray();
    long there = Native.empty(shape, PyTorch.number(kind.type()), CPU);
    long view = shape.length < 2 ? there : across(there, shape.length);
    plain = there;
    across = view;
    elements = HostMemory.of(there, kind.type(), kind.size());
    PyTorch.get()
        .freeWith(
            this,
            () -> {
              if (view != there) {
                Native.delete(view);
              }
              Native.delete(there);
            });
  }

  /** The elements, row by row, to be written. */
  public HostMemory elements() {
    return elements;
  }

  /** Multiplies two matrices. */
  public static void multiply(Seen left, Seen right, Reader reader) {
    long result;
    try {
      result = (long) PRODUCT.invokeExact(left.handle(), right.handle());
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
    give(result, left.tensor, reader);
  }

  /** Computes a node of tensors, which all have one type. */
  public static void compute(
      EngineNode node, Attributes attributes, Seen[] operands, Reader reader) {
    long[] handles = new long[operands.length];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = operands[i].handle();
    }
    give(PyTorch.get().compute(node, attributes, handles), operands[0].tensor, reader);
  }

  /** Computes a row without attributes that gives tensors of the operands' one type. */
  public static void compute(Op op, EngineTensor[] operands, Reader reader) {
    long[] handles = new long[operands.length];
    for (int i = 0; i < handles.length; i++) {
      handles[i] = operands[i].plain;
    }
    give(PyTorch.get().apply(op, Attributes.NONE, handles), operands[0], reader);
  }

  private static void give(long result, EngineTensor like, Reader reader) {
    reader.read(like.elements.over(Native.buffer(result)));
    Native.delete(result);
  }

  private static long across(long tensor, int rank) {
    try {
      return (long) ACROSS.invokeExact(tensor, rank - 2L, rank - 1L);
    } catch (Throwable e) {
      throw Native.rethrow(e);
    }
  }
}
