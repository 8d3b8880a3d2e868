package org.ppl4j.tensor;

import ai.djl.engine.Engine;
import ai.djl.pytorch.engine.PtNDArray;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The engine's native functions on raw tensor handles. The functions live in a package-private
 * class of the engine, reached by method handles: this is the only class that names it, and {@link
 * EngineHolder} tests at start-up that it still behaves as expected.
 *
 * <p>A handle that a function returns is owned by the caller and must be given to {@link #delete}.
 */
final class Native {

  private static final Object LIBRARY;
  private static final MethodHandles.Lookup LOOKUP;

  static {
    // The engine loads its native library when it is first asked for.
    Engine.getEngine("PyTorch");
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

  private static final Class<?> J = long.class;
  private static final Class<?> JS = long[].class;
  private static final Class<?> Z = boolean.class;
  private static final Class<?> I = int.class;
  private static final Class<?> IS = int[].class;
  private static final Class<?> D = double.class;

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
  private static final MethodHandle SUM_ALL = find("torchSum", J, J);
  private static final MethodHandle SUM = find("torchSum", J, J, JS, Z);
  private static final MethodHandle PROD = find("torchProd", J, J, J, Z);
  private static final MethodHandle MAX = find("torchMax", J, J, J, Z);
  private static final MethodHandle MIN = find("torchMin", J, J, J, Z);
  private static final MethodHandle ARG_MAX = find("torchArgMax", J, J, J, Z);
  private static final MethodHandle ARG_MIN = find("torchArgMin", J, J, J, Z);
  private static final MethodHandle CUM_SUM = find("torchCumSum", J, J, J);
  private static final MethodHandle RESHAPE = find("torchReshape", J, J, JS);
  private static final MethodHandle PERMUTE = find("torchPermute", J, J, JS);
  private static final MethodHandle EXPAND = find("torchExpand", J, J, JS);
  private static final MethodHandle INDEX = find("torchIndex", J, J, JS, JS, JS);
  private static final MethodHandle INDEX_PUT = find("torchIndexPut", void.class, J, J, JS, JS, JS);
  private static final MethodHandle SLICE = find("torchSlice", J, J, J, J, J, J);
  private static final MethodHandle CONCAT = find("torchCat", J, JS, J);
  private static final MethodHandle STACK = find("torchStack", J, JS, J);
  private static final MethodHandle SPLIT = find("torchSplit", JS, J, JS, J);
  private static final MethodHandle FLIP = find("torchFlip", J, J, JS);
  private static final MethodHandle PAD = find("torchPad", J, J, JS, D);
  private static final MethodHandle REPEAT = find("torchRepeat", J, J, JS);
  private static final MethodHandle REPEAT_INTERLEAVE = find("torchRepeatInterleave", J, J, J, J);
  private static final MethodHandle DIAGONAL = find("torchDiagonal", J, J, J, J, J);
  private static final MethodHandle GATHER = find("torchGather", J, J, J, J, Z);
  private static final MethodHandle SCATTER = find("torchScatter", J, J, J, J, I);
  private static final MethodHandle SORT = find("torchSort", J, J, J, Z);
  private static final MethodHandle ARG_SORT = find("torchArgSort", J, J, J, Z);
  private static final MethodHandle TOP_K = find("torchTopK", JS, J, J, J, Z, Z);
  private static final MethodHandle ONE_HOT = find("torchNNOneHot", J, J, I);
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

  private static MethodHandle find(String name, Class<?> result, Class<?>... arguments) {
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

  /** A function of {@code operands} tensors and nothing else, on an array of handles. */
  static MethodHandle function(String name, int operands) {
    Class<?>[] arguments = new Class<?>[operands];
    Arrays.fill(arguments, J);
    return find(name, J, arguments).asSpreader(long[].class, operands);
  }

  static long call(MethodHandle function, long[] handles) {
    try {
      return (long) function.invokeExact(handles);
    } catch (Throwable e) {
      throw rethrow(e);
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

  static long sum(long handle) {
    try {
      return (long) SUM_ALL.invokeExact(handle);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long sum(long handle, long[] axes, boolean keep) {
    try {
      return (long) SUM.invokeExact(handle, axes, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long prod(long handle, long axis, boolean keep) {
    try {
      return (long) PROD.invokeExact(handle, axis, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long max(long handle, long axis, boolean keep) {
    try {
      return (long) MAX.invokeExact(handle, axis, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long min(long handle, long axis, boolean keep) {
    try {
      return (long) MIN.invokeExact(handle, axis, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long argMax(long handle, long axis, boolean keep) {
    try {
      return (long) ARG_MAX.invokeExact(handle, axis, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long argMin(long handle, long axis, boolean keep) {
    try {
      return (long) ARG_MIN.invokeExact(handle, axis, keep);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long cumSum(long handle, long axis) {
    try {
      return (long) CUM_SUM.invokeExact(handle, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long reshape(long handle, long[] shape) {
    try {
      return (long) RESHAPE.invokeExact(handle, shape);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long permute(long handle, long[] axes) {
    try {
      return (long) PERMUTE.invokeExact(handle, axes);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long expand(long handle, long[] shape) {
    try {
      return (long) EXPAND.invokeExact(handle, shape);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long index(long handle, long[] min, long[] max, long[] step) {
    try {
      return (long) INDEX.invokeExact(handle, min, max, step);
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

  static long slice(long handle, long axis, long start, long stop, long step) {
    try {
      return (long) SLICE.invokeExact(handle, axis, start, stop, step);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long concat(long[] handles, long axis) {
    try {
      return (long) CONCAT.invokeExact(handles, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long stack(long[] handles, long axis) {
    try {
      return (long) STACK.invokeExact(handles, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long[] split(long handle, long[] sizes, long axis) {
    try {
      return (long[]) SPLIT.invokeExact(handle, sizes, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long flip(long handle, long[] axes) {
    try {
      return (long) FLIP.invokeExact(handle, axes);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long pad(long handle, long[] padding, double value) {
    try {
      return (long) PAD.invokeExact(handle, padding, value);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long repeat(long handle, long[] times) {
    try {
      return (long) REPEAT.invokeExact(handle, times);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long repeatInterleave(long handle, long times, long axis) {
    try {
      return (long) REPEAT_INTERLEAVE.invokeExact(handle, times, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long diagonal(long handle, long offset, long first, long second) {
    try {
      return (long) DIAGONAL.invokeExact(handle, offset, first, second);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long gather(long handle, long index, long axis) {
    try {
      return (long) GATHER.invokeExact(handle, index, axis, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long scatter(long handle, long index, long value, int axis) {
    try {
      return (long) SCATTER.invokeExact(handle, index, value, axis);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long sort(long handle, long axis) {
    try {
      return (long) SORT.invokeExact(handle, axis, false);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long argSort(long handle, long axis, boolean descending) {
    try {
      return (long) ARG_SORT.invokeExact(handle, axis, descending);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long[] topK(long handle, long k, long axis, boolean largest, boolean sorted) {
    try {
      return (long[]) TOP_K.invokeExact(handle, k, axis, largest, sorted);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

  static long oneHot(long handle, int depth) {
    try {
      return (long) ONE_HOT.invokeExact(handle, depth);
    } catch (Throwable e) {
      throw rethrow(e);
    }
  }

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
