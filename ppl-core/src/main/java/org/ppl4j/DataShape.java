package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Rebuilds data with every array replaced. */
final class DataShape {

  /** Is told what is met beside arrays, in order. */
  interface Visitor {

    /** What holds nothing. */
    default void value(Object value) {}

    /** What holds others. */
    default void holder(Class<?> type, int size) {}

    /**
     * A part of what holds others begins.
     *
     * @param part its name or key, or its place
     */
    default void enter(Object part) {}

    /** It ends. */
    default void leave() {}

    /**
     * What holds others that have been met, and may hold what has not.
     *
     * @param bound what it has become
     */
    default void bindable(Bindable<?> data, Object bound) {}
  }

  private final Map<Class<?>, Optional<DataParts>> parts = new ConcurrentHashMap<>();
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
      for (NDArray x : list) {
        visitor.enter(copy.size());
        copy.add(operator.apply(x));
        visitor.leave();
      }
      return copy;
    }
    if (data instanceof Bindable<?> bindable) {
      Object bound = bindable.bind(operator);
      visitor.bindable(bindable, bound);
      return bound;
    }
    if (data instanceof List<?> list) {
      visitor.holder(List.class, list.size());
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      list.forEach(x -> copy.add(part(copy.size(), x, operator, visitor)));
      return copy;
    }
    if (data instanceof Map<?, ?> map) {
      visitor.holder(Map.class, map.size());
      Map<@Nullable Object, @Nullable Object> copy = new LinkedHashMap<>();
      map.forEach(
          (key, x) -> {
            visitor.value(Optional.ofNullable(key));
            copy.put(key, part(String.valueOf(key), x, operator, visitor));
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
    DataParts ofClass =
        parts.computeIfAbsent(data.getClass(), DataParts::of).orElseThrow(() -> unseen(data));
    return rebuilt(data, ofClass, operator, visitor);
  }

  private @Nullable Object part(
      Object name, @Nullable Object data, UnaryOperator<NDArray> operator, Visitor visitor) {
    visitor.enter(name);
    Object mapped = mapped(data, operator, visitor);
    visitor.leave();
    return mapped;
  }

  private static IllegalArgumentException unseen(Object data) {
    return new IllegalArgumentException(
        ("data of %s may hold arrays that cannot be seen; use a record or a data class, whose"
                + " constructor takes all of its fields by name and that can be read by these"
                + " names, or implement Bindable")
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

  private Object rebuilt(
      Object data, DataParts parts, UnaryOperator<NDArray> operator, Visitor visitor) {
    @Nullable Object[] values = parts.of(data);
    visitor.holder(data.getClass(), values.length);
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      values[i] = part(parts.names().get(i), value, operator, visitor);
      if (values[i] != value && values[i] instanceof NDArray copy) {
        copy.setName(parts.names().get(i));
      }
    }
    return parts.made(data.getClass(), values);
  }

  private Object array(Object data, UnaryOperator<NDArray> operator, Visitor visitor) {
    int length = Array.getLength(data);
    visitor.holder(data.getClass(), length);
    Object copy = Array.newInstance(data.getClass().getComponentType(), length);
    for (int i = 0; i < length; i++) {
      Array.set(copy, i, part(i, Array.get(data, i), operator, visitor));
    }
    return copy;
  }
}
