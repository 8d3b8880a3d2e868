package org.ppl4j.nn;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * A dense layer: x W + b with {@code weight (inputs, outputs)} and {@code bias (outputs)}, the
 * weights kept where a mask, if there is one, is not 0.
 */
final class Dense implements LinearLayer {

  private final String name;
  private final int inputs;
  private final int outputs;
  private final double @Nullable [] mask;

  Dense(String name, int inputs, int outputs) {
    this(name, inputs, outputs, null);
  }

  /** With a mask {@code (inputs, outputs)}, row by row, that is kept as a buffer. */
  Dense(String name, int inputs, int outputs, double @Nullable [] mask) {
    this.name = name;
    this.inputs = inputs;
    this.outputs = outputs;
    this.mask = mask;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public Shape shapeOfWeight() {
    return new Shape(inputs, outputs);
  }

  @Override
  public int reach() {
    return inputs;
  }

  @Override
  public NDArray matrix(NamedTensors tensors) {
    return weight(tensors);
  }

  @Override
  public List<TensorSpec> buffers() {
    double[] masked = mask;
    return masked == null
        ? List.of()
        : List.of(
            TensorSpec.buffer(
                name + ".mask",
                shapeOfWeight(),
                (rng, run) -> run.create(masked, shapeOfWeight())));
  }

  /** Of x {@code (*, inputs)}: {@code (*, outputs)}; parameters may be a batch {@code (*)}. */
  NDArray apply(NamedTensors tensors, NDArray x) {
    NDArray weight = weight(tensors);
    NDArray product =
        weight.getShape().dimension() == 2
            ? Tensors.matMul(x, weight)
            : Tensors.matMul(x.expandDims(-2), weight).squeeze(-2);
    return product.add(tensors.get(nameOfBias()));
  }

  /** Of directions {@code (*, K, inputs)}, how the output moves along them. */
  NDArray along(NamedTensors tensors, NDArray directions) {
    return Tensors.matMul(directions, weight(tensors));
  }

  /** Whether there is one weight for all of a batch. */
  boolean isOne(NamedTensors tensors) {
    return tensors.get(nameOfWeight()).getShape().dimension() == 2;
  }

  /** Of each of N rows x {@code (*, N, inputs)}: {@code (*, N, outputs)}. */
  NDArray applyToRows(NamedTensors tensors, NDArray x) {
    NDArray bias = tensors.get(nameOfBias());
    NDArray aligned = bias.getShape().dimension() == 1 ? bias : bias.expandDims(-2);
    return Tensors.matMul(x, weight(tensors)).add(aligned);
  }

  /** Whether units do not depend on all of those before. */
  boolean isMasked() {
    return mask != null;
  }

  /**
   * Of each unit of a masked layer the largest number of those that it is made of, 0 for none.
   *
   * @param from a number not below 0 of each unit before
   */
  int[] latest(int[] from) {
    double[] kept = requireNonNull(mask, "mask");
    int[] latest = new int[outputs];
    for (int i = 0; i < inputs; i++) {
      for (int j = 0; j < outputs; j++) {
        latest[j] = Math.max(latest[j], kept[i * outputs + j] == 0 ? 0 : from[i]);
      }
    }
    return latest;
  }

  /** Left out, not multiplied by 0: no gradient, however far it overflows, gets through. */
  NDArray weight(NamedTensors tensors) {
    NDArray weight = tensors.get(nameOfWeight());
    return mask == null ? weight : Tensors.where(tensors.get(name + ".mask").gt(0), weight, 0);
  }
}
