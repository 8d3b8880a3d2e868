package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** A module that gives the same transform for every context. */
record IgnoringContext(TransformModule module) implements ConditionalTransformModule {

  @Override
  public List<TensorSpec> tensors() {
    return module.tensors();
  }

  @Override
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Bound(module.bind(tensors, rng, training));
  }

  @Override
  public String toString() {
    return module.toString();
  }

  private record Bound(Transform transform) implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      return transform;
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new Bound(transform.withParameters(operator));
    }
  }
}
