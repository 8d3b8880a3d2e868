package org.ppl4j.tensor.internal.engine;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;

/** Copies between Java arrays and natively owned tensors. */
public final class HostCopy {

  /** Fills a natively owned buffer, or reads it. */
  private interface Filler {
    void fill(ByteBuffer target);
  }

  private HostCopy() {}

  /** A tensor of these numbers, row by row, of a float type. */
  public static long from(double[] values, Shape shape, DataType type, Device device) {
    return make(
        shape,
        type,
        device,
        target -> HostMemory.of(target, type, values.length).write(0, values, 0, values.length));
  }

  /** A tensor of these integers, row by row, of int64. */
  public static long from(long[] values, Shape shape, Device device) {
    return make(shape, DataType.INT64, device, target -> target.asLongBuffer().put(values));
  }

  /** A tensor of these truth values, row by row. */
  public static long from(boolean[] values, Shape shape, Device device) {
    return make(
        shape,
        DataType.BOOLEAN,
        device,
        target -> {
          for (boolean value : values) {
            target.put((byte) (value ? 1 : 0));
          }
        });
  }

  private static long make(Shape shape, DataType type, Device device, Filler filler) {
    long host = Native.empty(shape.getShape(), PyTorch.number(type), PyTorch.device(Device.cpu()));
    if (shape.size() > 0) {
      filler.fill(Native.buffer(host));
    }
    if (Device.Type.CPU.equals(device.getDeviceType())) {
      return host;
    }
    long there = Native.to(host, PyTorch.number(type), PyTorch.device(device));
    Native.delete(host);
    return there;
  }

  /** The elements as doubles, row by row; truth values are 1 and 0. */
  public static double[] doubles(long handle, DataType type, long size, Device device) {
    double[] result = new double[Math.toIntExact(size)];
    doubles(handle, type, device, result);
    return result;
  }

  /** The same, written into an array of as many elements. */
  public static void doubles(long handle, DataType type, Device device, double[] into) {
    if (into.length == 0) {
      return;
    }
    boolean isFloating = type == DataType.FLOAT64 || type == DataType.FLOAT32;
    read(
        handle,
        type,
        device,
        source -> {
          if (isFloating) {
            HostMemory.of(source, type, into.length).read(0, into, 0, into.length);
            return;
          }
          for (int i = 0; i < into.length; i++) {
            into[i] =
                switch (type) {
                  case INT64 -> exact(source.getLong(8 * i));
                  case INT32 -> source.getInt(4 * i);
                  case BOOLEAN, INT8 -> source.get(i);
                  case UINT8 -> source.get(i) & 0xff;
                  default ->
                      throw new IllegalArgumentException(
                          "tensor of type " + type + " cannot be read as numbers; cast it first");
                };
          }
        });
  }

  /** Writes the elements of a tensor of floats, row by row, into an array in single precision. */
  public static void singles(long handle, DataType type, Device device, float[] into, int size) {
    if (size > 0) {
      read(
          handle, type, device, source -> HostMemory.of(source, type, size).read(0, into, 0, size));
    }
  }

  /**
   * An integer as a double.
   *
   * @throws IllegalArgumentException if no double is equal to it
   */
  public static double exact(long value) {
    checkArgument(
        isExact(value),
        "integer %s has no equal among doubles, which are exact to 2^53; read it with"
            + " toLongArray(), or cast the tensor to the float type first",
        value);
    return value;
  }

  /** Whether a double is equal to an integer. */
  public static boolean isExact(long value) {
    return (long) (double) value == value && value != Long.MAX_VALUE;
  }

  /** The elements of a tensor of int64, row by row. */
  public static long[] longs(long handle, long size, Device device) {
    long[] result = new long[Math.toIntExact(size)];
    if (result.length > 0) {
      read(handle, DataType.INT64, device, source -> source.asLongBuffer().get(result));
    }
    return result;
  }

  private static void read(long handle, DataType type, Device device, Filler reader) {
    long host = handle;
    if (!Device.Type.CPU.equals(device.getDeviceType())) {
      host = Native.to(handle, PyTorch.number(type), PyTorch.device(Device.cpu()));
    } else if (!Native.isContiguous(handle)) {
      host = Native.contiguous(handle);
    }
    try {
      reader.fill(Native.buffer(host));
    } finally {
      if (host != handle) {
        Native.delete(host);
      }
    }
  }
}
