package org.ppl4j.tensor.internal.around;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.base.Throwables;
import com.google.common.collect.Lists;
import com.google.errorprone.annotations.Keep;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
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
 * @param isSame {@code ()boolean}: whether it is what it was when this was made; it makes nothing
 */
record Guard(String what, MethodHandle isSame) {

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private Guard(String what, BooleanSupplier isSame) {
    this(what, handle(isSame));
  }

  private static MethodHandle handle(BooleanSupplier isSame) {
    try {
      return LOOKUP.bind(isSame, "getAsBoolean", MethodType.methodType(boolean.class));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Whether it is what it was. */
  boolean holds() {
    return holds(isSame);
  }

  /** What a handle says, such as that of several. */
  static boolean holds(MethodHandle isSame) {
    try {
      return (boolean) isSame.invokeExact();
    } catch (Throwable e) {
      Throwables.throwIfUnchecked(e);
      throw new IllegalStateException(e);
    }
  }

  /** Whether all hold, in one: the virtual machine compiles it as if it were written so. */
  static MethodHandle all(List<Guard> guards) {
    MethodHandle all = MethodHandles.constant(boolean.class, true);
    for (Guard guard : Lists.reverse(guards)) {
      all =
          MethodHandles.guardWithTest(
              guard.isSame(), all, MethodHandles.constant(boolean.class, false));
    }
    return all;
  }

  /**
   * A field.
   *
   * @param owner null for one that is static
   * @param value what it is now
   * @throws IllegalAccessException if it cannot be read
   */
  static Guard of(String what, Field field, @Nullable Object owner, @Nullable Object value)
      throws IllegalAccessException {
    MethodHandle getter = LOOKUP.unreflectGetter(field);
    MethodHandle bound = Modifier.isStatic(field.getModifiers()) ? getter : getter.bindTo(owner);
    Class<?> type = field.getType().isPrimitive() ? field.getType() : Object.class;
    MethodHandle test = test(type, value);
    return new Guard(
        what,
        MethodHandles.filterReturnValue(bound.asType(bound.type().changeReturnType(type)), test));
  }

  /** Whether a value of a type is one that is expected: of floats to the bit. */
  private static MethodHandle test(Class<?> type, @Nullable Object expected) {
    Class<?> held =
        type == double.class || type == float.class || type == Object.class ? type : long.class;
    try {
      MethodHandle test =
          LOOKUP.findStatic(Guard.class, "same", MethodType.methodType(boolean.class, held, held));
      Object value =
          held != long.class || expected instanceof Long
              ? expected
              : expected instanceof Boolean truth
                  ? (Object) (truth ? 1L : 0L)
                  : expected instanceof Character letter
                      ? (Object) (long) letter
                      : (Object) ((Number) requireNonNull(expected)).longValue();
      MethodHandle bound = MethodHandles.insertArguments(test, 1, value);
      return MethodHandles.explicitCastArguments(bound, MethodType.methodType(boolean.class, type));
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  @Keep // called by a handle
  private static boolean same(double now, double before) {
    return Double.doubleToRawLongBits(now) == Double.doubleToRawLongBits(before);
  }

  @Keep // called by a handle
  private static boolean same(float now, float before) {
    return Float.floatToRawIntBits(now) == Float.floatToRawIntBits(before);
  }

  @Keep // called by a handle
  private static boolean same(long now, long before) {
    return now == before;
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
}
