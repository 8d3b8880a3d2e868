package org.ppl4j.transforms;

import java.util.List;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** A module seen from the other side, with the same tensors. */
final class InvertedModule implements TransformModule {

  private final TransformModule original;

  InvertedModule(TransformModule original) {
    this.original = original;
  }

  @Override
  public List<TensorSpec> tensors() {
    return original.tensors();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return original.bind(tensors, rng, training).inverted();
  }

  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    return original.conditional(contextDim).inverted();
  }

  @Override
  public TransformModule inverted() {
    return original;
  }

  @Override
  public String toString() {
    return original + ".inverted()";
  }
}
