package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.AccessibleObject;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rebuilds data with every DJL array replaced; plain Java arrays stay what they are. */
final class DataShape {

  /**
   * How records of a class are taken apart and made: the components' accessors, the constructor.
   */
  private record Parts(List<MethodHandle> read, MethodHandle make) {

    static Parts of(Class<?> type) {
      try {
        RecordComponent[] components = type.getRecordComponents();
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        List<MethodHandle> read = new ArrayList<>();
        for (RecordComponent component : components) {
          Method accessor = component.getAccessor();
          open(accessor, type);
          read.add(lookup.unreflect(accessor));
        }
        Class<?>[] types =
            Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
        Constructor<?> constructor = type.getDeclaredConstructor(types);
        open(constructor, type);
        return new Parts(
            read, lookup.unreflectConstructor(constructor).asSpreader(Object[].class, read.size()));
      } catch (ReflectiveOperationException e) {
        throw new IllegalArgumentException(
            "data of %s cannot be read; make the record public or implement Bindable"
                .formatted(type.getName()),
            e);
      }
    }

    private static void open(AccessibleObject member, Class<?> type) {
      if (!member.trySetAccessible()) {
        throw new IllegalArgumentException(
            "data of %s cannot be read from its module; open its package or implement Bindable"
                .formatted(type.getName()));
      }
    }
  }

  private final Map<Class<?>, Parts> parts = new ConcurrentHashMap<>();
  private final Consumer<Object> plain;

  /**
   * For data of one kind.
   *
   * @param plain is handed each plain array that can be a tensor, whenever it is met
   */
  DataShape(Consumer<Object> plain) {
    this.plain = plain;
  }

  /** The same data with every DJL array replaced. */
  @SuppressWarnings({"unchecked", "NullAway"}) // null stays null, so the type stays
  <D extends @Nullable Object> D map(D data, UnaryOperator<NDArray> operator) {
    return (D) mapped(data, operator);
  }

  private @Nullable Object mapped(@Nullable Object data, UnaryOperator<NDArray> operator) {
    if (data == null) {
      return null;
    }
    if (PlainArrays.isOne(data)) {
      plain.accept(data);
      return data;
    }
    if (isLeaf(data)) {
      return data;
    }
    if (data instanceof NDArray array) {
      return operator.apply(array);
    }
    if (data instanceof NDList list) {
      NDList copy = new NDList(list.size());
      list.forEach(x -> copy.add(operator.apply(x)));
      return copy;
    }
    if (data instanceof Bindable<?> bindable) {
      return bindable.bind(operator);
    }
    if (data instanceof Record) {
      return record(data, operator);
    }
    if (data instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(x -> copy.add(mapped(x, operator)));
      return copy;
    }
    if (data instanceof Map<?, ?> map) {
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach((key, x) -> copy.put(key, mapped(x, operator)));
      return copy;
    }
    if (data instanceof Optional<?> optional) {
      return optional.map(x -> mapped(x, operator));
    }
    if (data.getClass().isArray()) {
      return array(data, operator);
    }
    throw new IllegalArgumentException(
        "data of %s may hold arrays that cannot be seen; use a record, or implement Bindable"
            .formatted(data.getClass().getName()));
  }

  private static boolean isLeaf(Object data) {
    return data instanceof Number
        || data instanceof CharSequence
        || data instanceof Boolean
        || data instanceof Character
        || data instanceof Enum<?>
        || (data.getClass().isArray() && data.getClass().getComponentType().isPrimitive());
  }

  private Object record(Object data, UnaryOperator<NDArray> operator) {
    Parts parts = this.parts.computeIfAbsent(data.getClass(), Parts::of);
    @Nullable Object[] values = new Object[parts.read.size()];
    try {
      for (int i = 0; i < values.length; i++) {
        values[i] = mapped(parts.read.get(i).invoke(data), operator);
      }
      return parts.make.invoke(values);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalArgumentException(
          "data of %s cannot be rebuilt with tensors; implement Bindable"
              .formatted(data.getClass().getName()),
          e);
    }
  }

  private Object array(Object data, UnaryOperator<NDArray> operator) {
    int length = Array.getLength(data);
    Object copy = Array.newInstance(data.getClass().getComponentType(), length);
    for (int i = 0; i < length; i++) {
      Array.set(copy, i, mapped(Array.get(data, i), operator));
    }
    return copy;
  }
}
