package org.ppl4j.transforms;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** Modules one after the other. */
final class ComposedModule implements TransformModule {

  private final ModuleParts<TransformModule> parts;

  private ComposedModule(ImmutableList<TransformModule> parts) {
    this.parts = new ModuleParts<>(parts, TransformModule::tensors);
  }

  static TransformModule of(TransformModule first, TransformModule second) {
    return new ComposedModule(
        ImmutableList.<TransformModule>builder()
            .addAll(parts(first))
            .addAll(parts(second))
            .build());
  }

  private static List<TransformModule> parts(TransformModule module) {
    return module instanceof ComposedModule composed
        ? composed.parts.asList()
        : ImmutableList.of(module);
  }

  @Override
  public List<TensorSpec> tensors() {
    return parts.tensors();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return parts
        .bind(tensors, rng, (part, share, noise) -> part.bind(share, noise, training))
        .stream()
        .reduce(Transform::then)
        .orElseThrow();
  }

  @Override
  public String toString() {
    return parts.toString();
  }
}
