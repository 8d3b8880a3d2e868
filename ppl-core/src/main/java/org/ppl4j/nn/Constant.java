package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/** A network whose output is a learned vector, whatever the input. */
record Constant(int inputs, int outputs) implements Network {

  private static final Family FAMILY = Family.of(Constant.class, 1);

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, TensorSpec.parameter("bias", new Shape(outputs), 0));
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    return tensors.get("bias");
  }

  @Override
  public ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    NDArray bias = tensors.get("bias");
    return new ValueAndSlopes(bias, Tensors.run(bias).zeros(slopes(directions, bias)));
  }

  private static Shape slopes(NDArray directions, NDArray bias) {
    long count = directions.getShape().get(directions.getShape().dimension() - 2);
    return new Shape(count, bias.getShape().get(bias.getShape().dimension() - 1));
  }
}
