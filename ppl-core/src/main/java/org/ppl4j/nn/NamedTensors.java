package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of one run that a module is bound to, by name, in a fixed order. Immutable.
 *
 * <p>Where a step learns, the store that they came from takes new values of buffers: what a module
 * says by {@link #update} holds from the next step on, if the step succeeds. What should be large
 * beside the likelihood it says by {@link #prefer}.
 */
public final class NamedTensors {

  private static final NamedTensors EMPTY =
      new NamedTensors(Collections.emptyMap(), Updates.nowhere(), null);

  private final Map<String, NDArray> tensors;
  private final Updates updates;
  private final @Nullable Consumer<NDArray> preferences;

  private NamedTensors(
      Map<String, NDArray> tensors, Updates updates, @Nullable Consumer<NDArray> preferences) {
    this.tensors = tensors;
    this.updates = updates;
    this.preferences = preferences;
  }

  /** Who keeps the buffers that tensors came from. */
  public interface Updates {

    /** Takes the value that a buffer is to have after this step. */
    void update(String name, NDArray value);

    /** Whether no step has updated the buffer so far. */
    boolean isFirst(String name);

    /** For tensors that no store keeps: nothing is taken, and every value is the first. */
    static Updates nowhere() {
      return new Updates() {
        @Override
        public void update(String name, NDArray value) {}

        @Override
        public boolean isFirst(String name) {
          return true;
        }
      };
    }
  }

  /** No tensors. */
  public static NamedTensors empty() {
    return EMPTY;
  }

  /** A copy of the map, in its order. */
  public static NamedTensors of(Map<String, NDArray> tensors) {
    return of(tensors, Updates.nowhere());
  }

  /** A copy of the map, in its order, of a store that takes new values of buffers. */
  public static NamedTensors of(Map<String, NDArray> tensors, Updates updates) {
    return of(tensors, updates, null);
  }

  private static NamedTensors of(
      Map<String, NDArray> tensors, Updates updates, @Nullable Consumer<NDArray> preferences) {
    return new NamedTensors(
        Collections.unmodifiableMap(new LinkedHashMap<>(tensors)), updates, preferences);
  }

  /**
   * The tensor of that name.
   *
   * @throws IllegalArgumentException if there is none
   */
  public NDArray get(String name) {
    NDArray tensor = tensors.get(name);
    checkArgument(tensor != null, "tensor '%s' is missing; there are %s", name, tensors.keySet());
    return tensor;
  }

  /**
   * Says which value a buffer is to have after this step. What was said last counts; nothing is
   * kept if the step fails, or outside learning.
   *
   * @param value without gradient, of the buffer's shape
   * @throws IllegalArgumentException if there is no such tensor, or it has another shape
   */
  public void update(String name, NDArray value) {
    Shape shape = get(name).getShape();
    checkArgument(
        value.getShape().equals(shape),
        "buffer '%s' has shape %s, but is updated by a value of shape %s",
        name,
        shape,
        value.getShape());
    updates.update(name, value);
  }

  /** Whether no step has updated the buffer so far, so that it has its first value. */
  public boolean isFirst(String name) {
    return updates.isFirst(name);
  }

  /**
   * Says what should be large beside the likelihood while a module learns, for each member of a
   * batch: a regulariser. Nothing is computed unless someone {@linkplain #preferences takes} it.
   */
  public void prefer(Supplier<NDArray> logWeights) {
    if (preferences != null) {
      preferences.accept(logWeights.get());
    }
  }

  /**
   * The same tensors, of which what modules {@linkplain #prefer prefer} is taken; null: by nobody.
   */
  public NamedTensors preferences(@Nullable Consumer<NDArray> taken) {
    return new NamedTensors(tensors, updates, taken);
  }

  /** The names in order. */
  public Set<String> names() {
    return tensors.keySet();
  }

  /** Those named {@code prefix.name}, under {@code name}: a part's share of a composed module. */
  public NamedTensors within(String prefix) {
    Map<String, NDArray> part = new LinkedHashMap<>();
    tensors.forEach(
        (name, tensor) -> {
          if (name.startsWith(prefix + ".")) {
            part.put(name.substring(prefix.length() + 1), tensor);
          }
        });
    return of(part, new Within(updates, prefix + "."), preferences);
  }

  private record Within(Updates whole, String prefix) implements Updates {

    @Override
    public void update(String name, NDArray value) {
      whole.update(prefix + name, value);
    }

    @Override
    public boolean isFirst(String name) {
      return whole.isFirst(prefix + name);
    }
  }

  /** The same names with every tensor replaced. */
  public NamedTensors map(UnaryOperator<NDArray> operator) {
    Map<String, NDArray> mapped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> mapped.put(name, operator.apply(tensor)));
    return of(mapped, updates, preferences);
  }

  /** Other tensors of the same store, e.g. moved by a context; a copy of the map, in its order. */
  public NamedTensors with(Map<String, NDArray> others) {
    return of(others, updates, preferences);
  }

  /** The names and shapes. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("{");
    tensors.forEach(
        (name, tensor) ->
            text.append(text.length() > 1 ? ", " : "")
                .append(name)
                .append(": ")
                .append(tensor.getShape()));
    return text.append('}').toString();
  }
}
