package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** Conditional modules one after the other. */
final class ComposedConditionalModule implements ConditionalTransformModule {

  private final ModuleParts<ConditionalTransformModule> parts;

  private ComposedConditionalModule(ImmutableList<ConditionalTransformModule> parts) {
    this.parts = new ModuleParts<>(parts, ConditionalTransformModule::tensors);
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
        ? composed.parts.asList()
        : ImmutableList.of(module);
  }

  @Override
  public List<TensorSpec> tensors() {
    return parts.tensors();
  }

  @Override
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Bound(
        parts.bind(tensors, rng, (part, share, noise) -> part.bind(share, noise, training)));
  }

  @Override
  public String toString() {
    return parts.toString();
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
