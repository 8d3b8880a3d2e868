package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.tensor.Images;
import org.ppl4j.tensor.Images.Edges;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * A convolution of images of H rows and W columns by windows of 3 × 3 places, with zeros beyond the
 * edges: {@code weight (outputs, inputs, 3, 3)} and {@code bias (outputs)}.
 */
record ConvolutionLayer(String name, int inputs, int outputs, long height, long width)
    implements LinearLayer {

  private static final int WINDOW = 3;

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
    return 4;
  }

  /** Weights and biases uniform between ±1 / √(numbers of a window), as torch starts them. */
  List<TensorSpec> random() {
    double bound = 1 / Math.sqrt(inputs * WINDOW * WINDOW);
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
    Shape weight = new Shape(outputs, inputs, WINDOW, WINDOW);
    Shape bias = new Shape(outputs);
    return List.of(
        TensorSpec.parameter(nameOfWeight(), weight, (rng, run) -> first.create(rng, run, weight)),
        TensorSpec.parameter(nameOfBias(), bias, (rng, run) -> first.create(rng, run, bias)));
  }

  /** Of x {@code (*, inputs, H, W)}: {@code (*, outputs, H, W)}; parameters may be a batch. */
  NDArray apply(NamedTensors tensors, NDArray x) {
    NDArray bias = tensors.get(nameOfBias()).expandDims(-1).expandDims(-1);
    return Images.convolution(x, tensors.get(nameOfWeight()), Edges.ZERO).add(bias);
  }

  /** Of directions {@code (*, K, inputs, H, W)}, how the output moves along them. */
  NDArray along(NamedTensors tensors, NDArray directions) {
    NDArray kernel = tensors.get(nameOfWeight());
    boolean isOne = kernel.getShape().dimension() == dimsOfWeight();
    return Images.convolution(directions, isOne ? kernel : kernel.expandDims(-5), Edges.ZERO);
  }

  /** The images of the axes, one below the other: {@code (*, inputs H W, outputs H W)}. */
  @Override
  public NDArray matrix(NamedTensors tensors) {
    long size = inputs * height * width;
    NDArray axes = Tensors.run(tensors.get(nameOfWeight())).eye(size);
    NDArray images = Tensors.reshape(axes, new Shape(size, inputs, height, width));
    NDArray moved = along(tensors, images);
    Shape batch = Shapes.dropRight(moved.getShape(), 3);
    return Tensors.reshape(moved, Shapes.concat(batch, new Shape(outputs * height * width)));
  }
}
