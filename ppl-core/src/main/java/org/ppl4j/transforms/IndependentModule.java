package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** A module whose transform has batch dimensions turned into event dimensions. */
record IndependentModule(TransformModule module, int dims) implements TransformModule {

  @Override
  public List<TensorSpec> tensors() {
    return module.tensors();
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return module.bind(apart(module.tensors(), tensors, dims), rng, training).independent(dims);
  }

  /** The module sees the context in its own way. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    return module.conditional(contextDim).independent(dims);
  }

  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner network) {
    return module.conditional(contextDim, network).independent(dims);
  }

  /**
   * Tensors of which those of a batch have dims of size 1 between it and their own: members of a
   * batch have one for all members of the events.
   */
  static NamedTensors apart(List<TensorSpec> specs, NamedTensors tensors, int dims) {
    Map<String, NDArray> moved = new LinkedHashMap<>();
    for (TensorSpec spec : specs) {
      NDArray tensor = tensors.get(spec.name());
      int own = spec.shape().dimension();
      boolean isBatch = tensor.getShape().dimension() > own;
      moved.put(spec.name(), isBatch ? apart(tensor, own, dims) : tensor);
    }
    return tensors.with(moved);
  }

  /** A tensor with so many dims of size 1 before its rightmost ones. */
  static NDArray apart(NDArray tensor, int own, int dims) {
    Shape shape = tensor.getShape();
    Shape ones = new Shape(new long[0]);
    for (int i = 0; i < dims; i++) {
      ones = Shapes.concat(ones, new Shape(1));
    }
    Shape left = Shapes.concat(Shapes.dropRight(shape, own), ones);
    return Tensors.reshape(tensor, Shapes.concat(left, Shapes.takeRight(shape, own)));
  }

  @Override
  public String toString() {
    return module + ".independent(" + dims + ")";
  }
}
