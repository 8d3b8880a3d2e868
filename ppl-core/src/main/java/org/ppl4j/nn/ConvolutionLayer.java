package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Images;
import org.ppl4j.tensor.Images.Edges;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A convolution of images of H rows and W columns by windows of 3 × 3 places, with zeros beyond the
 * edges: {@code weight (outputs, inputs, 3, 3)} and {@code bias (outputs)}.
 */
record ConvolutionLayer(String name, int inputs, int outputs, long height, long width)
    implements LinearLayer {

  private static final int WINDOW = 3;

  @Override
  public Shape shapeOfWeight() {
    return new Shape(outputs, inputs, WINDOW, WINDOW);
  }

  @Override
  public int reach() {
    return inputs * WINDOW * WINDOW;
  }

  /** Of x {@code (*, inputs, H, W)}: {@code (*, outputs, H, W)}; parameters may be a batch. */
  NDArray apply(NamedTensors tensors, NDArray x) {
    NDArray bias = tensors.get(nameOfBias()).expandDims(-1).expandDims(-1);
    return Images.convolution(x, tensors.get(nameOfWeight()), Edges.ZERO).add(bias);
  }

  /** Of directions {@code (*, K, inputs, H, W)}, how the output moves along them. */
  NDArray along(NamedTensors tensors, NDArray directions) {
    NDArray kernel = tensors.get(nameOfWeight());
    boolean isOne = kernel.getShape().dimension() == shapeOfWeight().dimension();
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
