package org.ppl4j.tensor.internal.engine;

import ai.djl.pytorch.engine.PtNDArray;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The engine's native functions on raw tensor handles: how they are found, and those that make,
 * copy and free tensors. The functions live in a package-private class of the engine, reached by
 * method handles: this is the only class that names it, and {@link PyTorch} tests at start-up that
 * it still behaves as expected.
 *
 * <p>A handle that a function returns is owned by the caller and must be given to {@link #delete}.
 */
final class Native {

  private static final Object LIBRARY;
  private static final MethodHandles.Lookup LOOKUP;

  static {
    NativeLibrary.load();
    try {
      Class<?> library = Class.forName("ai.djl.pytorch.jni.PyTorchLibrary");
      LOOKUP = MethodHandles.privateLookupIn(library, MethodHandles.lookup());
      LIBRARY = LOOKUP.findStaticGetter(library, "LIB", library).invoke();
    } catch (Throwable e) {
      throw new IllegalStateException(
          "the PyTorch engine of DJL has no class 'PyTorchLibrary' as in version 0.36.0; put"
              + " ai.djl.pytorch:pytorch-engine:0.36.0 on the class path",
          e);
    }
  }

  static final Class<?> J = long.class;
  static final Class<?> JS = long[].class;
  static final Class<?> Z = boolean.class;
  static final Class<?> I = int.class;
  static final Class<?> IS = int[].class;
  static final Class<?> D = double.class;

  private static final MethodHandle DELETE = find("torchDeleteTensor", void.class, J);
  private static final MethodHandle IS_GRAD_MODE = find("torchIsGradMode", Z);
  private static final MethodHandle SET_GRAD_MODE = find("torchSetGradMode", void.class, Z);
  private static final MethodHandle GET_THREADS = find("torchGetNumThreads", I);
  private static final MethodHandle SET_THREADS = find("torchSetNumThreads", void.class, I);
  private static final MethodHandle SET_OPTIMIZE = find("setGraphExecutorOptimize", void.class, Z);
  private static final MethodHandle EMPTY = find("torchEmpty", J, JS, I, I, IS, Z);
  private static final MethodHandle FULL = find("torchFull", J, JS, D, I, I, IS, Z);
  private static final MethodHandle EYE = find("torchEye", J, I, I, I, I, IS, Z);
  private static final MethodHandle BUFFER = find("torchDirectByteBuffer", ByteBuffer.class, J);
  private static final MethodHandle CONTIGUOUS = find("torchToContiguous", J, J);
  private static final MethodHandle IS_CONTIGUOUS = find("torchIsContiguous", Z, J);
  private static final MethodHandle TO = find("torchTo", J, J, I, IS);
  private static final MethodHandle CLONE = find("tensorClone", J, J);
  private static final MethodHandle ATTACH_GRAD = find("torchAttachGrad", void.class, J, Z);
  private static final MethodHandle INDEX_PUT = find("torchIndexPut", void.class, J, J, JS, JS, JS);
  private static final MethodHandle SIZES = find("torchSizes", JS, J);

  private static final MethodHandle MEMORY = memoryOfArrays();

  private Native() {}

  private static MethodHandle memoryOfArrays() {
    try {
      return MethodHandles.privateLookupIn(PtNDArray.class, MethodHandles.lookup())
          .findGetter(PtNDArray.class, "dataRef", ByteBuffer.class);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "the PyTorch engine of DJL has no field 'dataRef' as in version 0.36.0; put"
              + " ai.djl.pytorch:pytorch-engine:0.36.0 on the class path",
          e);
    }
  }

  /** Whether the engine has a function of these types. */
  static boolean has(String name, Class<?> result, Class<?>... arguments) {
    MethodType type = MethodType.methodType(result, arguments);
    return Arrays.stream(LIBRARY.getClass().getDeclaredMethods())
        .anyMatch(
            method ->
                method.getName().equals(name)
                    && type.equals(
                        MethodType.methodType(method.getReturnType(), method.getParameterTypes())));
  }

  static MethodHandle find(String name, Class<?> result, Class<?>... arguments) {
    try {
      return LOOKUP
          .findVirtual(LIBRARY.getClass(), name, MethodType.methodType(result, arguments))
          .bindTo(LIBRARY);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(
          "the PyTorch engine of DJL has no function '"
              + name
              + "' with the expected types; put ai.djl.pytorch:pytorch-engine:0.36.0 on the class"
              + " path",
          e);
    }
  }

  @SuppressWarnings("unchecked")
  static <E extends Throwable> RuntimeException rethrow(Throwable e) throws E {
    throw (E) e;
  }

  static void delete(long handle) {
    try {
      DELETE.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static boolean isGradMode() {
    try {
      return (boolean) IS_GRAD_MODE.invokeExact();
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void setGradMode(boolean enabled) {
    try {
      SET_GRAD_MODE.invokeExact(enabled);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static int threads() {
    try {
      return (int) GET_THREADS.invokeExact();
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void setThreads(int threads) {
    try {
      SET_THREADS.invokeExact(threads);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void setGraphExecutorOptimize(boolean enabled) {
    try {
      SET_OPTIMIZE.invokeExact(enabled);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long empty(long[] shape, int type, int[] device) {
    try {
      return (long) EMPTY.invokeExact(shape, type, 0, device, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long full(long[] shape, double value, int type, int[] device) {
    try {
      return (long) FULL.invokeExact(shape, value, type, 0, device, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long eye(int rows, int columns, int type, int[] device) {
    try {
      return (long) EYE.invokeExact(rows, columns, type, 0, device, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static ByteBuffer buffer(long handle) {
    try {
      return ((ByteBuffer) BUFFER.invokeExact(handle)).order(ByteOrder.nativeOrder());
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long contiguous(long handle) {
    try {
      return (long) CONTIGUOUS.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  /**
   * The same tensor under another handle, so that its values stay when the first is deleted; a
   * contiguous copy if it is not contiguous.
   */
  static long shared(long handle) {
    return contiguous(handle);
  }

  /** The memory of Java that a plain array lies in, which is freed with it; null for most. */
  static @Nullable Object memory(PtNDArray array) {
    try {
      return (ByteBuffer) MEMORY.invokeExact(array);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static boolean isContiguous(long handle) {
    try {
      return (boolean) IS_CONTIGUOUS.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long to(long handle, int type, int[] device) {
    try {
      return (long) TO.invokeExact(handle, type, device);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long cloned(long handle) {
    try {
      return (long) CLONE.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void attachGrad(long handle, boolean requiresGrad) {
    try {
      ATTACH_GRAD.invokeExact(handle, requiresGrad);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static void indexPut(long handle, long source, long[] min, long[] max, long[] step) {
    try {
      INDEX_PUT.invokeExact(handle, source, min, max, step);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long[] sizes(long handle) {
    try {
      return (long[]) SIZES.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }
}
