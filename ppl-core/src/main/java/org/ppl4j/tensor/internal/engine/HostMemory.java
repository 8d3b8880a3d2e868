package org.ppl4j.tensor.internal.engine;

import ai.djl.ndarray.types.DataType;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import org.jspecify.annotations.Nullable;

/**
 * The numbers of a contiguous natively owned tensor of floats on the host, read and written in
 * place as doubles. It must not be used after that tensor was freed, nor by two threads at once.
 */
public final class HostMemory {

  private static final int PART = 2048;

  private final @Nullable DoubleBuffer doubles;
  private final @Nullable FloatBuffer floats;
  private final float[] part;

  private HostMemory(@Nullable DoubleBuffer doubles, @Nullable FloatBuffer floats, int size) {
    this(doubles, floats, new float[floats == null ? 0 : Math.min(size, PART)]);
  }

  private HostMemory(@Nullable DoubleBuffer doubles, @Nullable FloatBuffer floats, float[] part) {
    this.doubles = doubles;
    this.floats = floats;
    this.part = part;
  }

  /** Other memory of the same type, with the same room to work in. */
  HostMemory over(ByteBuffer memory) {
    return floats == null
        ? new HostMemory(memory.asDoubleBuffer(), null, part)
        : new HostMemory(null, memory.asFloatBuffer(), part);
  }

  /**
   * The memory of a tensor.
   *
   * @param size of the tensor, at least 1
   * @throws IllegalArgumentException if its type is not float32 or float64
   */
  public static HostMemory of(long handle, DataType type, int size) {
    return of(Native.buffer(handle), type, size);
  }

  /** The same of a buffer over a tensor's memory. */
  static HostMemory of(ByteBuffer memory, DataType type, int size) {
    return switch (type) {
      case FLOAT64 -> new HostMemory(memory.asDoubleBuffer(), null, size);
      case FLOAT32 -> new HostMemory(null, memory.asFloatBuffer(), size);
      default ->
          throw new IllegalArgumentException(
              "memory of type " + type + " is not of floats; pass a tensor of float32 or float64");
    };
  }

  /** Copies elements from {@code from} on to a place of an array. */
  public void read(int from, double[] into, int at, int length) {
    if (doubles != null) {
      doubles.get(from, into, at, length);
      return;
    }
    for (int done = 0; floats != null && done < length; done += part.length) {
      int count = Math.min(part.length, length - done);
      floats.get(from + done, part, 0, count);
      for (int i = 0; i < count; i++) {
        into[at + done + i] = part[i];
      }
    }
  }

  /** Overwrites elements from {@code from} on with those of a place of an array. */
  public void write(int from, double[] values, int at, int length) {
    if (doubles != null) {
      doubles.put(from, values, at, length);
      return;
    }
    for (int done = 0; floats != null && done < length; done += part.length) {
      int count = Math.min(part.length, length - done);
      for (int i = 0; i < count; i++) {
        part[i] = (float) values[at + done + i];
      }
      floats.put(from + done, part, 0, count);
    }
  }

  /** The same with elements of the array that are {@code stride} places apart. */
  public void write(int from, double[] values, int at, int stride, int length) {
    if (stride == 1) {
      write(from, values, at, length);
      return;
    }
    for (int i = 0; doubles != null && i < length; i++) {
      doubles.put(from + i, values[at + i * stride]);
    }
    for (int done = 0; floats != null && done < length; done += part.length) {
      int count = Math.min(part.length, length - done);
      for (int i = 0; i < count; i++) {
        part[i] = (float) values[at + (done + i) * stride];
      }
      floats.put(from + done, part, 0, count);
    }
  }

  /** Copies elements from {@code from} on to a place of an array in single precision. */
  public void read(int from, float[] into, int at, int length) {
    if (floats != null) {
      floats.get(from, into, at, length);
    }
    for (int i = 0; doubles != null && i < length; i++) {
      into[at + i] = (float) doubles.get(from + i);
    }
  }

  /** Overwrites elements from {@code from} on with those of an array in single precision. */
  public void write(int from, float[] values, int at, int stride, int length) {
    if (floats != null && stride == 1) {
      floats.put(from, values, at, length);
      return;
    }
    for (int done = 0; floats != null && done < length; done += part.length) {
      int count = Math.min(part.length, length - done);
      for (int i = 0; i < count; i++) {
        part[i] = values[at + (done + i) * stride];
      }
      floats.put(from + done, part, 0, count);
    }
    for (int i = 0; doubles != null && i < length; i++) {
      doubles.put(from + i, values[at + i * stride]);
    }
  }
}
