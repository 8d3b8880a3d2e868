package org.ppl4j.transforms;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/**
 * Modules one after the other. The tensors of part i are named {@code i.name}; each part has noise
 * of its own.
 */
final class ModuleParts<M> {

  private final ImmutableList<M> parts;
  private final Supplier<ImmutableList<TensorSpec>> tensors;

  /** What a part makes of its tensors. */
  @FunctionalInterface
  interface Binding<M, T> {
    T bind(M part, NamedTensors tensors, Rng rng);
  }

  ModuleParts(ImmutableList<M> parts, Function<M, List<TensorSpec>> tensorsOf) {
    this.parts = parts;
    this.tensors = Suppliers.memoize(() -> named(parts, tensorsOf));
  }

  private static <M> ImmutableList<TensorSpec> named(
      ImmutableList<M> parts, Function<M, List<TensorSpec>> tensorsOf) {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      for (TensorSpec spec : tensorsOf.apply(parts.get(i))) {
        all.add(spec.within(Integer.toString(i)));
      }
    }
    return all.build();
  }

  ImmutableList<M> asList() {
    return parts;
  }

  ImmutableList<TensorSpec> tensors() {
    return requireNonNull(tensors.get());
  }

  <T> ImmutableList<T> bind(NamedTensors tensors, Rng rng, Binding<M, T> binding) {
    ImmutableList.Builder<T> bound = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      NamedTensors share = tensors.within(Integer.toString(i));
      bound.add(binding.bind(parts.get(i), share, rng.split(i)));
    }
    return bound.build();
  }

  @Override
  public String toString() {
    return parts.get(0)
        + parts.stream().skip(1).map(part -> ".then(" + part + ")").collect(joining());
  }
}
