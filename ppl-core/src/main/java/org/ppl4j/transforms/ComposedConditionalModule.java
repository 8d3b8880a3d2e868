package org.ppl4j.transforms;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import ai.djl.ndarray.NDArray;
import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** Conditional modules one after the other; the tensors of part i are named {@code i.name}. */
final class ComposedConditionalModule implements ConditionalTransformModule {

  private final ImmutableList<ConditionalTransformModule> parts;
  private final Supplier<ImmutableList<TensorSpec>> specs = Suppliers.memoize(this::specs);

  private ComposedConditionalModule(ImmutableList<ConditionalTransformModule> parts) {
    this.parts = parts;
  }

  static ConditionalTransformModule of(
      ConditionalTransformModule first, ConditionalTransformModule second) {
    return new ComposedConditionalModule(
        ImmutableList.<ConditionalTransformModule>builder()
            .addAll(partsOf(first))
            .addAll(partsOf(second))
            .build());
  }

  private static List<ConditionalTransformModule> partsOf(ConditionalTransformModule module) {
    return module instanceof ComposedConditionalModule composed
        ? composed.parts
        : ImmutableList.of(module);
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
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    ImmutableList.Builder<ConditionalTransform> bound = ImmutableList.builder();
    for (int i = 0; i < parts.size(); i++) {
      NamedTensors share = tensors.within(Integer.toString(i));
      bound.add(parts.get(i).bind(share, rng.split(i), training));
    }
    return new Bound(bound.build());
  }

  @Override
  public String toString() {
    return parts.get(0)
        + parts.stream().skip(1).map(part -> ".then(" + part + ")").collect(joining());
  }

  private record Bound(ImmutableList<ConditionalTransform> parts) implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      return parts.stream().map(part -> part.given(context)).reduce(Transform::then).orElseThrow();
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new Bound(
          parts.stream()
              .map(part -> part.withParameters(operator))
              .collect(ImmutableList.toImmutableList()));
    }
  }
}
