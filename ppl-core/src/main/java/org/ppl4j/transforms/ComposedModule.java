package org.ppl4j.transforms;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** Modules one after the other; the tensors of part i are named {@code i.name}. */
final class ComposedModule implements TransformModule {

  private final ImmutableList<TransformModule> parts;
  private final Supplier<ImmutableList<TensorSpec>> specs = Suppliers.memoize(this::specs);

  private ComposedModule(ImmutableList<TransformModule> parts) {
    this.parts = parts;
  }

  static TransformModule of(TransformModule first, TransformModule second) {
    return new ComposedModule(
        ImmutableList.<TransformModule>builder()
            .addAll(parts(first))
            .addAll(parts(second))
            .build());
  }

  private static List<TransformModule> parts(TransformModule module) {
    return module instanceof ComposedModule composed ? composed.parts : ImmutableList.of(module);
  }

  @Override
  public List<TensorSpec> tensors() {
    return requireNonNull(specs.get());
  }

  private ImmutableList<TensorSpec> specs() {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      for (TensorSpec spec : parts.get(i).tensors()) {
        all.add(spec.within(Integer.toString(i)));
      }
    }
    return all.build();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    List<Transform> bound = new ArrayList<>(parts.size());
    for (int i = 0; i < parts.size(); i++) {
      NamedTensors share = tensors.within(Integer.toString(i));
      bound.add(parts.get(i).bind(share, rng.split(i), training));
    }
    return bound.stream().reduce(Transform::then).orElseThrow();
  }

  @Override
  public String toString() {
    return parts.get(0)
        + parts.stream().skip(1).map(part -> ".then(" + part + ")").collect(joining());
  }
}
