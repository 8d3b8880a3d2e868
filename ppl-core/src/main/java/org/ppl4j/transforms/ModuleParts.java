package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Function;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/**
 * Modules one after the other. The tensors of part i are named {@code i.name}, and each part has
 * noise of its own; a single one is as it stands.
 */
final class ModuleParts<M> {

  private final ImmutableList<M> parts;
  private final Supplier<ImmutableList<TensorSpec>> tensors;

  /** What a part makes of its tensors. */
  @FunctionalInterface
  interface Binding<M> {
    Transform bind(M part, NamedTensors tensors, Rng rng);
  }

  ModuleParts(ImmutableList<M> parts, Function<M, List<TensorSpec>> tensorsOf) {
    this.parts = parts;
    this.tensors =
        Suppliers.memoize(
            () ->
                parts.size() == 1
                    ? ImmutableList.copyOf(tensorsOf.apply(parts.get(0)))
                    : numbered(parts, tensorsOf));
  }

  private static <M> ImmutableList<TensorSpec> numbered(
      ImmutableList<M> parts, Function<M, List<TensorSpec>> tensorsOf) {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      for (TensorSpec spec : tensorsOf.apply(parts.get(i))) {
        all.add(spec.within(Integer.toString(i)));
      }
    }
    return all.build();
  }

  static <M> M repeated(M module, int count, BinaryOperator<M> then) {
    checkArgument(count >= 1, "module is repeated %s times, but needs at least 1", count);
    return Collections.nCopies(count, module).stream().reduce(then).orElseThrow();
  }

  ImmutableList<M> asList() {
    return parts;
  }

  ImmutableList<M> and(ModuleParts<M> next) {
    return ImmutableList.<M>builder().addAll(parts).addAll(next.parts).build();
  }

  ImmutableList<TensorSpec> tensors() {
    return requireNonNull(tensors.get());
  }

  Transform bind(NamedTensors tensors, Rng rng, Binding<M> binding) {
    if (parts.size() == 1) {
      return binding.bind(parts.get(0), tensors, rng);
    }
    List<Transform> bound = new ArrayList<>();
    for (int i = 0; i < parts.size(); i++) {
      NamedTensors share = tensors.within(Integer.toString(i));
      bound.add(binding.bind(parts.get(i), share, rng.split(i)));
    }
    return bound.stream().reduce(Transform::then).orElseThrow();
  }

  @Override
  public String toString() {
    return parts.get(0)
        + parts.stream().skip(1).map(part -> ".then(" + part + ")").collect(joining());
  }
}
