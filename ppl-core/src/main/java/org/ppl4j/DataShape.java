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
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rebuilds data with every array replaced. */
final class DataShape {

  /**
   * How records of a class are taken apart and made: the components' accessors, the constructor.
   */
  private record Parts(List<String> names, List<MethodHandle> read, MethodHandle make) {

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
            Arrays.stream(components).map(RecordComponent::getName).toList(),
            read,
            lookup.unreflectConstructor(constructor).asSpreader(Object[].class, read.size()));
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

  /** Is told what is met beside arrays, in order. */
  interface Visitor {

    /** What holds nothing. */
    default void value(Object value) {}

    /** What holds others. */
    default void holder(Class<?> type, int size) {}

    /**
     * What holds others that have been met, and may hold what has not.
     *
     * @param bound what it has become
     */
    default void bindable(Bindable<?> data, Object bound) {}
  }

  private final Map<Class<?>, Parts> parts = new ConcurrentHashMap<>();
  private final UnaryOperator<Object> plain;

  /**
   * For data of one kind.
   *
   * @param plain is handed each plain array that can be a tensor, whenever it is met, and says what
   *     the data have in its place
   */
  DataShape(UnaryOperator<Object> plain) {
    this.plain = plain;
  }

  /** The same data with every DJL array replaced. */
  <D extends @Nullable Object> D map(D data, UnaryOperator<NDArray> operator) {
    return map(data, operator, new Visitor() {});
  }

  /** The same, and tells somebody what is met. */
  @SuppressWarnings({"unchecked", "NullAway"}) // null stays null, so the type stays
  <D extends @Nullable Object> D map(D data, UnaryOperator<NDArray> operator, Visitor visitor) {
    return (D) mapped(data, operator, visitor);
  }

  private @Nullable Object mapped(
      @Nullable Object data, UnaryOperator<NDArray> operator, Visitor visitor) {
    if (data == null) {
      visitor.value(Optional.empty());
      return null;
    }
    if (PlainArrays.isOne(data)) {
      return plain.apply(data);
    }
    if (isLeaf(data)) {
      visitor.value(data);
      return data;
    }
    if (data instanceof NDArray array) {
      return operator.apply(array);
    }
    if (data instanceof NDList list) {
      visitor.holder(NDList.class, list.size());
      NDList copy = new NDList(list.size());
      list.forEach(x -> copy.add(operator.apply(x)));
      return copy;
    }
    if (data instanceof Bindable<?> bindable) {
      Object bound = bindable.bind(operator);
      visitor.bindable(bindable, bound);
      return bound;
    }
    if (data instanceof Record) {
      return record(data, operator, visitor);
    }
    if (data instanceof List<?> list) {
      visitor.holder(List.class, list.size());
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(x -> copy.add(mapped(x, operator, visitor)));
      return copy;
    }
    if (data instanceof Map<?, ?> map) {
      visitor.holder(Map.class, map.size());
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, x) -> {
            visitor.value(Optional.ofNullable(key));
            copy.put(key, mapped(x, operator, visitor));
          });
      return copy;
    }
    if (data instanceof Optional<?> optional) {
      visitor.holder(Optional.class, optional.isPresent() ? 1 : 0);
      return optional.map(x -> mapped(x, operator, visitor));
    }
    if (data.getClass().isArray()) {
      return array(data, operator, visitor);
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

  private Object record(Object data, UnaryOperator<NDArray> operator, Visitor visitor) {
    Parts parts = this.parts.computeIfAbsent(data.getClass(), Parts::of);
    @Nullable Object[] values = new Object[parts.read.size()];
    visitor.holder(data.getClass(), values.length);
    try {
      for (int i = 0; i < values.length; i++) {
        Object value = parts.read.get(i).invoke(data);
        values[i] = mapped(value, operator, visitor);
        if (values[i] != value && values[i] instanceof NDArray copy) {
          copy.setName(parts.names.get(i));
        }
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

  private Object array(Object data, UnaryOperator<NDArray> operator, Visitor visitor) {
    int length = Array.getLength(data);
    visitor.holder(data.getClass(), length);
    Object copy = Array.newInstance(data.getClass().getComponentType(), length);
    for (int i = 0; i < length; i++) {
      Array.set(copy, i, mapped(Array.get(data, i), operator, visitor));
    }
    return copy;
  }
}
