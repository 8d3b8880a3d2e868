package org.ppl4j.tensor.around;

import ai.djl.ndarray.NDArray;
import com.google.common.base.Throwables;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.Array;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Something that a program reads and that may change.
 *
 * @param what names it
 * @param isSame whether it is what it was when this was made; makes nothing
 */
record Guard(String what, BooleanSupplier isSame) {

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  /**
   * A field.
   *
   * @param owner null for one that is static
   * @param value what it is now
   * @throws IllegalAccessException if it cannot be read
   */
  static Guard of(String what, Field field, @Nullable Object owner, @Nullable Object value)
      throws IllegalAccessException {
    MethodHandle plain = LOOKUP.unreflectGetter(field);
    MethodHandle handle =
        Modifier.isStatic(field.getModifiers())
            ? MethodHandles.dropArguments(plain, 0, Object.class)
            : plain.asType(plain.type().changeParameterType(0, Object.class));
    return field.getType().isPrimitive()
        ? ofBits(what, bits(handle), owner)
        : ofReference(
            what, handle.asType(handle.type().changeReturnType(Object.class)), owner, value);
  }

  /** All numbers as the bits of one kind. */
  private static MethodHandle bits(MethodHandle handle) {
    Class<?> type = handle.type().returnType();
    try {
      MethodHandle with = handle;
      if (type == double.class) {
        with =
            MethodHandles.filterReturnValue(
                handle,
                LOOKUP.findStatic(
                    Double.class,
                    "doubleToRawLongBits",
                    MethodType.methodType(long.class, double.class)));
      } else if (type == float.class) {
        with =
            MethodHandles.filterReturnValue(
                handle,
                LOOKUP.findStatic(
                    Float.class,
                    "floatToRawIntBits",
                    MethodType.methodType(int.class, float.class)));
      }
      return MethodHandles.explicitCastArguments(
          with, MethodType.methodType(long.class, Object.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Guard ofBits(String what, MethodHandle handle, @Nullable Object owner) {
    long expected = number(handle, owner);
    return new Guard(what, () -> number(handle, owner) == expected);
  }

  private static long number(MethodHandle handle, @Nullable Object owner) {
    try {
      return (long) handle.invokeExact(owner);
    } catch (Throwable e) {
      Throwables.throwIfUnchecked(e);
      throw new IllegalStateException(e);
    }
  }

  private static Guard ofReference(
      String what, MethodHandle handle, @Nullable Object owner, @Nullable Object expected) {
    return new Guard(
        what,
        () -> {
          try {
            return same((Object) handle.invokeExact(owner), expected);
          } catch (Throwable e) {
            Throwables.throwIfUnchecked(e);
            throw new IllegalStateException(e);
          }
        });
  }

  private static boolean same(@Nullable Object now, @Nullable Object before) {
    return now == before || now != null && Origin.isValue(before) && now.equals(before);
  }

  /** The elements of an array. */
  static Guard ofArray(String what, Object array) {
    if (array instanceof double[] now) {
      double[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof float[] now) {
      float[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof long[] now) {
      long[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof int[] now) {
      int[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof boolean[] now) {
      boolean[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof byte[] now) {
      byte[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof short[] now) {
      short[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    } else if (array instanceof char[] now) {
      char[] before = now.clone();
      return new Guard(what, () -> Arrays.equals(now, before));
    }
    @Nullable Object[] now = (Object[]) array;
    @Nullable Object[] before = now.clone();
    return new Guard(
        what,
        () -> {
          for (int i = 0; i < before.length; i++) {
            if (!same(now[i], before[i])) {
              return false;
            }
          }
          return true;
        });
  }

  /** The elements of a list, in order. */
  static Guard ofList(String what, List<?> now) {
    @Nullable Object[] before = now.toArray();
    return new Guard(
        what,
        () -> {
          boolean same = now.size() == before.length;
          for (int i = 0; same && i < before.length; i++) {
            same = same(now.get(i), before[i]);
          }
          return same;
        });
  }

  /** The elements of a collection, in order. */
  static Guard ofAll(String what, Iterable<?> now, @Nullable Object[] before) {
    return new Guard(
        what,
        () -> {
          Iterator<?> elements = now.iterator();
          for (Object each : before) {
            if (!elements.hasNext() || !same(elements.next(), each)) {
              return false;
            }
          }
          return !elements.hasNext();
        });
  }

  /** The keys and values of a map, in order. */
  static Guard ofMap(String what, Map<?, ?> now) {
    @Nullable Object[] keys = now.keySet().toArray();
    @Nullable Object[] values = now.values().toArray();
    return new Guard(
        what,
        () -> {
          boolean same = now.size() == keys.length;
          int i = 0;
          for (Map.Entry<?, ?> each : now.entrySet()) {
            same = same && same(each.getKey(), keys[i]) && same(each.getValue(), values[i]);
            i++;
            if (!same) {
              break;
            }
          }
          return same;
        });
  }

  /** What a holder holds; empty if it is none. */
  static Optional<Guard> ofHolder(String what, Object holder) {
    if (holder instanceof AtomicBoolean now) {
      boolean before = now.get();
      return Optional.of(new Guard(what, () -> now.get() == before));
    } else if (holder instanceof AtomicReference<?> now) {
      Object before = now.get();
      return Optional.of(new Guard(what, () -> same(now.get(), before)));
    } else if (holder instanceof Number now
        && now.getClass().getName().startsWith("java.util.concurrent.atomic.")) {
      double before = now.doubleValue();
      long bits = now.longValue();
      return Optional.of(
          new Guard(what, () -> now.longValue() == bits && now.doubleValue() == before));
    } else if (holder instanceof CharSequence now) {
      String before = now.toString();
      return Optional.of(new Guard(what, () -> before.contentEquals(now)));
    }
    return Optional.empty();
  }

  /** The numbers of a plain tensor. */
  static Guard ofTensor(String what, NDArray now) {
    byte[] before = bytes(now);
    return new Guard(what, () -> now.isReleased() || Arrays.equals(bytes(now), before));
  }

  private static byte[] bytes(NDArray array) {
    java.nio.ByteBuffer buffer = array.toByteBuffer();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  /** How many elements an array has. */
  static int length(Object array) {
    return Array.getLength(array);
  }
}
