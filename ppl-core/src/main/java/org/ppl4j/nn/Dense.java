package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.Tensors;

/** A dense layer: x W + b with {@code weight (inputs, outputs)} and {@code bias (outputs)}. */
final class Dense {

  private final String name;
  private final int inputs;
  private final int outputs;

  Dense(String name, int inputs, int outputs) {
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
  }

  String name() {
    return name;
  }

  /** That of the weights. */
  Shape shape() {
    return new Shape(inputs, outputs);
  }

  /** Weights and biases uniform between ±1 / √inputs, as torch starts them. */
  List<TensorSpec> random() {
    double bound = inputs == 0 ? 0 : 1 / Math.sqrt(inputs);
    return specs((rng, run, shape) -> rng.uniform(run, shape).mul(2 * bound).sub(bound));
  }

  /** Weights and biases 0. */
  List<TensorSpec> zero() {
    return specs((rng, run, shape) -> run.zeros(shape));
  }

  private interface First {
    NDArray create(org.ppl4j.tensor.Rng rng, org.ppl4j.tensor.Run run, Shape shape);
  }

  private List<TensorSpec> specs(First first) {
    Shape weight = shape();
    Shape bias = new Shape(outputs);
    return List.of(
        TensorSpec.parameter(
            name + ".weight", weight, (rng, run) -> first.create(rng, run, weight)),
        TensorSpec.parameter(name + ".bias", bias, (rng, run) -> first.create(rng, run, bias)));
  }

  NDArray apply(NamedTensors tensors, NDArray x) {
    return product(x, tensors.get(name + ".weight")).add(tensors.get(name + ".bias"));
  }

  /** As {@link #apply(NamedTensors, NDArray)}, with a mask on the weights. */
  NDArray apply(NamedTensors tensors, NDArray x, NDArray mask) {
    NDArray weight = tensors.get(name + ".weight").mul(mask);
    return product(x, weight).add(tensors.get(name + ".bias"));
  }

  /** x {@code (*, inputs)} times a matrix, or times one of a batch of matrices each. */
  private static NDArray product(NDArray x, NDArray weight) {
    return weight.getShape().dimension() == 2
        ? Tensors.matMul(x, weight)
        : Tensors.matMul(x.expandDims(-2), weight).squeeze(-2);
  }
}
