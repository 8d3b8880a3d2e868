package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.Device;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;

/** Copies between Java arrays and natively owned tensors. */
final class HostCopy {

  /** Fills a natively owned buffer. */
  interface Filler {
    void fill(ByteBuffer target);
  }

  private HostCopy() {}

  static long from(double[] values, Shape shape, DataType type, Device device) {
    return make(shape, type, device, target -> put(values, type, target));
  }

  static long from(long[] values, Shape shape, Device device) {
    return make(shape, DataType.INT64, device, target -> target.asLongBuffer().put(values));
  }

  static long from(boolean[] values, Shape shape, Device device) {
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

  static long make(Shape shape, DataType type, Device device, Filler filler) {
    long host =
        Native.empty(
            shape.getShape(), EngineHolder.number(type), EngineHolder.device(Device.cpu()));
    if (shape.size() > 0) {
      filler.fill(Native.buffer(host));
    }
    if (Device.Type.CPU.equals(device.getDeviceType())) {
      return host;
    }
    long there = Native.to(host, EngineHolder.number(type), EngineHolder.device(device));
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
  static double[] doubles(long handle, DataType type, long size, Device device) {
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
  static double exact(long value) {
    checkArgument(
        isExact(value),
        "integer %s has no equal among doubles, which are exact to 2^53; read it with"
            + " toLongArray(), or cast the tensor to the float type first",
        value);
    return value;
  }

  static boolean isExact(long value) {
    return (long) (double) value == value && value != Long.MAX_VALUE;
  }

  static long[] longs(RunArray array) {
    long[] result = new long[Math.toIntExact(array.size())];
    if (result.length > 0) {
      read(
          array.handle(),
          DataType.INT64,
          array.getDevice(),
          source -> source.asLongBuffer().get(result));
    }
    return result;
  }

  static double[] doubles(RunArray array) {
    return doubles(array.handle(), array.getDataType(), array.size(), array.getDevice());
  }

  static boolean allFinite(RunArray array) {
    for (double value : doubles(array)) {
      if (!Double.isFinite(value)) {
        return false;
      }
    }
    return true;
  }

  private static void read(long handle, DataType type, Device device, Filler reader) {
    long host = handle;
    if (!Device.Type.CPU.equals(device.getDeviceType())) {
      host = Native.to(handle, EngineHolder.number(type), EngineHolder.device(Device.cpu()));
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

  /** Overwrites a contiguous part of a tensor on the host. */
  static void write(long handle, DataType type, int offset, double[] values) {
    ByteBuffer target = Native.buffer(handle).order(ByteOrder.nativeOrder());
    if (type == DataType.FLOAT64) {
      DoubleBuffer doubles = target.asDoubleBuffer();
      doubles.position(offset);
      doubles.put(values);
    } else {
      FloatBuffer floats = target.asFloatBuffer();
      for (int i = 0; i < values.length; i++) {
        floats.put(offset + i, (float) values[i]);
      }
    }
  }
}
