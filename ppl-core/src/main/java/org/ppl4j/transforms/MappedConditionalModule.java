package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;

/** A conditional module whose transforms are changed by a function of transforms. */
record MappedConditionalModule(
    ConditionalTransformModule module, UnaryOperator<Transform> change, String name)
    implements ConditionalTransformModule {

  @Override
  public List<TensorSpec> tensors() {
    return module.tensors();
  }

  @Override
  public ConditionalTransform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new Bound(module.bind(tensors, rng, training), change);
  }

  @Override
  public String toString() {
    return module + "." + name + "()";
  }

  private record Bound(ConditionalTransform transform, UnaryOperator<Transform> change)
      implements ConditionalTransform {

    @Override
    public Transform given(NDArray context) {
      return change.apply(transform.given(context));
    }

    @Override
    public ConditionalTransform withParameters(UnaryOperator<NDArray> operator) {
      return new Bound(transform.withParameters(operator), change);
    }
  }
}
