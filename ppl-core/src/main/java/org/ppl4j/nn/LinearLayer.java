package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;

/** A linear map and a bias, by tensors with names. */
interface LinearLayer {

  String name();

  /** How many numbers the bias is. */
  int outputs();

  Shape shapeOfWeight();

  /** How many numbers one of the output is made of. */
  int reach();

  /** The map as a matrix {@code (*, N, M)}: its largest singular value is its norm. */
  NDArray matrix(NamedTensors tensors);

  /** What it has beside weight and bias. */
  default List<TensorSpec> buffers() {
    return List.of();
  }

  default String nameOfWeight() {
    return name() + ".weight";
  }

  default String nameOfBias() {
    return name() + ".bias";
  }

  /** Weights and biases uniform between ±1 / √reach, as torch starts them. */
  default List<TensorSpec> random() {
    double bound = reach() == 0 ? 0 : 1 / Math.sqrt(reach());
    return tensors((rng, run, shape) -> rng.uniform(run, shape).mul(2 * bound).sub(bound));
  }

  /** Weights and biases 0. */
  default List<TensorSpec> zero() {
    return tensors((rng, run, shape) -> run.zeros(shape));
  }

  private List<TensorSpec> tensors(First first) {
    Shape weight = shapeOfWeight();
    Shape bias = new Shape(outputs());
    return ImmutableList.<TensorSpec>builder()
        .add(
            TensorSpec.parameter(
                nameOfWeight(), weight, (rng, run) -> first.create(rng, run, weight)))
        .add(TensorSpec.parameter(nameOfBias(), bias, (rng, run) -> first.create(rng, run, bias)))
        .addAll(buffers())
        .build();
  }

  /** What a tensor is at first. */
  @FunctionalInterface
  interface First {
    NDArray create(Rng rng, Run run, Shape shape);
  }
}
