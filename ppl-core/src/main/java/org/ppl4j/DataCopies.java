package org.ppl4j;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Iterables;
import com.google.common.primitives.Bytes;
import com.google.common.primitives.Chars;
import com.google.common.primitives.Floats;
import com.google.common.primitives.Shorts;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.around.Surroundings;

/** Copies of the arrays of some data, and their key. */
final class DataCopies implements DataShape.Visitor {

  private final NDManager manager;
  private final IdentityHashMap<NDArray, Integer> places = new IdentityHashMap<>();
  private final IdentityHashMap<Object, Object> copied = new IdentityHashMap<>(); // by the original
  private final IdentityHashMap<Object, NDArray> plain = new IdentityHashMap<>(); // by the copy
  private final ImmutableList.Builder<Object> numbers = ImmutableList.builder();
  private final ImmutableList.Builder<Object> unseenParts = ImmutableList.builder();
  private final List<NDArray> arrays = new ArrayList<>();
  private final ImmutableList.Builder<String> names = ImmutableList.builder();
  private final Deque<Object> path = new ArrayDeque<>();
  private final ImmutableList.Builder<Object> parts = ImmutableList.builder();
  private Optional<String> unseen = Optional.empty();

  /**
   * None yet.
   *
   * @param manager of the copies
   */
  DataCopies(NDManager manager) {
    this.manager = manager;
  }

  /** A copy of an array of data as a run has it. */
  NDArray copy(NDArray x) {
    NDArray copy = Tensors.copy(x, manager);
    parts.add(copy.getShape()).add(copy.getDataType());
    places.put(copy, arrays.size());
    arrays.add(copy);
    names.add(name());
    return copy;
  }

  /** That of the place where it is. */
  private String name() {
    StringBuilder name = new StringBuilder();
    for (Object part : path) {
      if (part instanceof Integer place) {
        name.append('[').append(place).append(']');
      } else {
        name.append(name.length() == 0 ? "" : ".").append(part);
      }
    }
    return name.length() == 0 ? "data" : name.toString();
  }

  /** A copy of a plain array, the same wherever it is met: where, is part of the key. */
  Object copy(Run run, Object array) {
    Object known = copied.get(array);
    NDArray tensor = known == null ? null : plain.get(known);
    parts.add(array.getClass()).add(Iterables.indexOf(arrays, each -> each == tensor));
    if (known != null) {
      return known;
    }
    Object copy = PlainArrays.copy(array);
    copied.put(array, copy);
    plain.put(copy, copy(PlainArrays.in(run, copy)));
    numbers.add(PlainArrays.numbers(copy));
    return copy;
  }

  /** A copy as a tensor of a run. */
  NDArray bound(Run run, NDArray copy) {
    Integer place = places.get(copy);
    return place == null ? run.bind(copy) : run.bind(copy, place);
  }

  /** Hands out each plain array with its copy. */
  void eachPlain(BiConsumer<Object, NDArray> action) {
    plain.forEach(action);
  }

  /** All copies, in the order in which the arrays were met. */
  ImmutableList<NDArray> arrays() {
    return ImmutableList.copyOf(arrays);
  }

  /** Where each was first met, by the names of parts. */
  ImmutableList<String> names() {
    return names.build();
  }

  DataKey key() {
    return new DataKey(parts.build(), unseen);
  }

  /** The same with the numbers of plain arrays. */
  DataKey wholeKey() {
    ImmutableList<Object> all =
        ImmutableList.builder().addAll(parts.build()).addAll(numbers.build()).build();
    return new DataKey(all, unseen);
  }

  /** What may change in what the data have become. */
  ImmutableList<Object> unseen() {
    return unseenParts.build();
  }

  // --- what is met beside arrays

  @Override
  public void value(Object value) {
    if (value instanceof Number number && !Surroundings.isFixed(number)) {
      unseen = Optional.of(value.getClass().getName());
      unseenParts.add(value);
    }
    parts.add(comparable(value));
  }

  @Override
  public void holder(Class<?> type, int size) {
    parts.add(type).add(size);
  }

  @Override
  public void enter(Object part) {
    path.addLast(part);
  }

  @Override
  public void leave() {
    path.removeLast();
  }

  @Override
  public void bindable(Bindable<?> data, Object bound) {
    unseen = Optional.of(data.getClass().getName());
    unseenParts.add(bound);
  }

  /** What is equal if the value is. */
  private static Object comparable(Object value) {
    if (value instanceof byte[] values) {
      return Bytes.asList(values.clone());
    } else if (value instanceof short[] values) {
      return Shorts.asList(values.clone());
    } else if (value instanceof char[] values) {
      return Chars.asList(values.clone());
    } else if (value instanceof float[] values) {
      return Floats.asList(values.clone());
    }
    return value instanceof CharSequence text ? text.toString() : value;
  }
}
