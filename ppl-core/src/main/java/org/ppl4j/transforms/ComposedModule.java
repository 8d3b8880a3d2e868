package org.ppl4j.transforms;

import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** Modules one after the other. */
final class ComposedModule implements TransformModule {

  private final ModuleParts<TransformModule> parts;

  private ComposedModule(ModuleParts<TransformModule> parts) {
    this.parts = parts;
  }

  static TransformModule of(TransformModule first, TransformModule next) {
    return new ComposedModule(parts(parts(first).and(parts(next))));
  }

  private static ModuleParts<TransformModule> parts(TransformModule module) {
    return module instanceof ComposedModule composed
        ? composed.parts
        : parts(ImmutableList.of(module));
  }

  private static ModuleParts<TransformModule> parts(ImmutableList<TransformModule> parts) {
    return new ModuleParts<>(parts, TransformModule::tensors);
  }

  @Override
  public List<TensorSpec> tensors() {
    return parts.tensors();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return parts.bind(tensors, rng, (part, share, noise) -> part.bind(share, noise, training));
  }

  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    return parts.asList().stream()
        .map(part -> part.conditional(contextDim))
        .reduce((all, next) -> all.then(next))
        .orElseThrow();
  }

  @Override
  public String toString() {
    return parts.toString();
  }
}
