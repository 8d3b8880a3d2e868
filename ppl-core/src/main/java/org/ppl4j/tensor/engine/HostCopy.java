package org.ppl4j.tensor.engine;

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
    return make(shape, type, device, target -> put(values, type, target));
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

  private static void put(double[] values, DataType type, ByteBuffer target) {
    if (type == DataType.FLOAT64) {
      target.asDoubleBuffer().put(values);
    } else {
      float[] floats = new float[values.length];
      for (int i = 0; i < floats.length; i++) {
        floats[i] = (float) values[i];
      }
      target.asFloatBuffer().put(floats);
    }
  }

  /** The elements as doubles, row by row; truth values are 1 and 0. */
  public static double[] doubles(long handle, DataType type, long size, Device device) {
    double[] result = new double[Math.toIntExact(size)];
    if (result.length == 0) {
      return result;
    }
    read(
        handle,
        type,
        device,
        source -> {
          switch (type) {
            case FLOAT64 -> source.asDoubleBuffer().get(result);
            case FLOAT32 -> {
              float[] floats = new float[result.length];
              source.asFloatBuffer().get(floats);
              for (int i = 0; i < floats.length; i++) {
                result[i] = floats[i];
              }
            }
            case INT64 -> {
              for (int i = 0; i < result.length; i++) {
                result[i] = exact(source.getLong(8 * i));
              }
            }
            case INT32 -> {
              for (int i = 0; i < result.length; i++) {
                result[i] = source.getInt(4 * i);
              }
            }
            case BOOLEAN, INT8 -> {
              for (int i = 0; i < result.length; i++) {
                result[i] = source.get(i);
              }
            }
            case UINT8 -> {
              for (int i = 0; i < result.length; i++) {
                result[i] = source.get(i) & 0xff;
              }
            }
            default ->
                throw new IllegalArgumentException(
                    "tensor of type " + type + " cannot be read as numbers; cast it first");
          }
        });
    return result;
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
