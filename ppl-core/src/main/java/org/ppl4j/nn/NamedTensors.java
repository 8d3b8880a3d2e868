package org.ppl4j.nn;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** The tensors of one run that a module is bound to, by name, in a fixed order. Immutable. */
public final class NamedTensors {

  private static final NamedTensors EMPTY = new NamedTensors(Collections.emptyMap());

  private final Map<String, NDArray> tensors;

  private NamedTensors(Map<String, NDArray> tensors) {
    this.tensors = tensors;
  }

  /** No tensors. */
  public static NamedTensors empty() {
    return EMPTY;
  }

  /** A copy of the map, in its order. */
  public static NamedTensors of(Map<String, NDArray> tensors) {
    return new NamedTensors(Collections.unmodifiableMap(new LinkedHashMap<>(tensors)));
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
    return new NamedTensors(Collections.unmodifiableMap(part));
  }

  /** The same names with every tensor replaced. */
  public NamedTensors map(UnaryOperator<NDArray> operator) {
    Map<String, NDArray> mapped = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> mapped.put(name, operator.apply(tensor)));
    return new NamedTensors(Collections.unmodifiableMap(mapped));
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
