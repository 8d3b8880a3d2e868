package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
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

  String name() {
    return name;
  }

  @Override
  public int outputs() {
    return outputs;
  }

  @Override
  public String nameOfWeight() {
    return name + ".weight";
  }

  @Override
  public String nameOfBias() {
    return name + ".bias";
  }

  @Override
  public int dimsOfWeight() {
    return 2;
  }

  @Override
  public NDArray matrix(NamedTensors tensors) {
    return weight(tensors);
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
    NDArray create(Rng rng, Run run, Shape shape);
  }

  private List<TensorSpec> specs(First first) {
    Shape weight = new Shape(inputs, outputs);
    Shape bias = new Shape(outputs);
    ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
    specs.add(
        TensorSpec.parameter(nameOfWeight(), weight, (rng, run) -> first.create(rng, run, weight)));
    specs.add(TensorSpec.parameter(nameOfBias(), bias, (rng, run) -> first.create(rng, run, bias)));
    double[] masked = mask;
    if (masked != null) {
      specs.add(
          TensorSpec.buffer(name + ".mask", weight, (rng, run) -> run.create(masked, weight)));
    }
    return specs.build();
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

  /** Left out, not multiplied by 0: no gradient, however far it overflows, gets through. */
  NDArray weight(NamedTensors tensors) {
    NDArray weight = tensors.get(nameOfWeight());
    return mask == null ? weight : Tensors.where(tensors.get(name + ".mask").gt(0), weight, 0);
  }
}
