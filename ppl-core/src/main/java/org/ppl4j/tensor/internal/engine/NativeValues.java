package org.ppl4j.tensor.internal.engine;

import static org.ppl4j.tensor.internal.engine.Native.D;
import static org.ppl4j.tensor.internal.engine.Native.IS;
import static org.ppl4j.tensor.internal.engine.Native.J;
import static org.ppl4j.tensor.internal.engine.Native.JS;
import static org.ppl4j.tensor.internal.engine.Native.Z;
import static org.ppl4j.tensor.internal.engine.Native.find;
import static org.ppl4j.tensor.internal.engine.Native.rethrow;

import java.io.InputStream;
import java.lang.invoke.MethodHandle;

/**
 * The engine's native functions on scripted modules and on the values that they take and give. A
 * value that a function returns is owned by the caller and must be given to {@link #deleteValue}.
 */
final class NativeValues {

  private static final MethodHandle LOAD =
      find("moduleLoad", J, InputStream.class, IS, Z, byte[].class, J);
  private static final MethodHandle RUN = find("moduleRunMethod", J, J, String.class, JS, Z, Z);
  private static final MethodHandle VALUE_FROM_TENSOR = find("iValueFromTensor", J, J);
  private static final MethodHandle VALUE_FROM_TENSORS = find("iValueFromTensorList", J, JS);
  private static final MethodHandle VALUE_FROM_LONG = find("iValueFromLong", J, J);
  private static final MethodHandle VALUE_FROM_DOUBLE = find("iValueFromDouble", J, D);
  private static final MethodHandle VALUE_FROM_LONGS = find("iValueFromLongList", J, JS);
  private static final MethodHandle VALUE_FROM_BOOLEAN = find("iValueFromBool", J, Z);
  private static final MethodHandle VALUE_TO_TENSOR = find("iValueToTensor", J, J);
  private static final MethodHandle VALUE_TO_BOOLEAN = find("iValueToBool", Z, J);
  private static final MethodHandle VALUE_TO_TENSORS = find("iValueToTensorList", JS, J);
  private static final MethodHandle DELETE_VALUE = find("torchDeleteIValue", void.class, J);

  private NativeValues() {}

  static long load(InputStream archive, int[] device) {
    try {
      return (long) LOAD.invokeExact(archive, device, false, new byte[1 << 16], -1L);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long run(long module, String method, long[] values) {
    try {
      return (long) RUN.invokeExact(module, method, values, true, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromTensor(long handle) {
    try {
      return (long) VALUE_FROM_TENSOR.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromTensors(long[] handles) {
    try {
      return (long) VALUE_FROM_TENSORS.invokeExact(handles);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromLong(long value) {
    try {
      return (long) VALUE_FROM_LONG.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromDouble(double value) {
    try {
      return (long) VALUE_FROM_DOUBLE.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromLongs(long[] values) {
    try {
      return (long) VALUE_FROM_LONGS.invokeExact(values);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueFromBoolean(boolean value) {
    try {
      return (long) VALUE_FROM_BOOLEAN.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long valueToTensor(long value) {
    try {
      return (long) VALUE_TO_TENSOR.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long[] valueToTensors(long value) {
    try {
      return (long[]) VALUE_TO_TENSORS.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static boolean valueToBoolean(long value) {
    try {
      return (boolean) VALUE_TO_BOOLEAN.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void deleteValue(long value) {
    try {
      DELETE_VALUE.invokeExact(value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }
}
