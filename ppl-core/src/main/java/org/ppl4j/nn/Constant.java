package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.Rng;

/** A network whose output is a learned vector, whatever the input. */
record Constant(int inputs, int outputs) implements Network {

  @Override
  public List<TensorSpec> tensors() {
    return List.of(TensorSpec.parameter("bias", new Shape(outputs), 0));
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    return tensors.get("bias");
  }
}
