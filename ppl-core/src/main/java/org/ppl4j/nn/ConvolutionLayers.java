package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.List;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Convolutions with a nonlinearity between them, from images to images, both as vectors channel by
 * channel, row by row; the last layer starts at 0.
 */
record ConvolutionLayers(ImmutableList<ConvolutionLayer> layers, Activation activation)
    implements Network {

  private static final Family FAMILY = Family.of(ConvolutionLayers.class, 1);

  /** From images to images of so many channels, by hidden layers of these. */
  static ConvolutionLayers of(
      ImmutableIntArray hidden, Activation activation, Shape image, int channels) {
    ImmutableList.Builder<ConvolutionLayer> layers = ImmutableList.builder();
    int from = Math.toIntExact(image.get(0));
    for (int i = 0; i <= hidden.length(); i++) {
      int to = i < hidden.length() ? hidden.get(i) : channels;
      layers.add(new ConvolutionLayer(Integer.toString(i), from, to, image.get(1), image.get(2)));
      from = to;
    }
    return new ConvolutionLayers(layers.build(), activation);
  }

  @Override
  public List<TensorSpec> tensors() {
    ImmutableList.Builder<TensorSpec> specs = ImmutableList.builder();
    for (ConvolutionLayer layer : layers.subList(0, layers.size() - 1)) {
      specs.addAll(layer.random());
    }
    return TensorSpec.ofFamily(FAMILY, specs.addAll(layers.get(layers.size() - 1).zero()).build());
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    NDArray value = layers.get(0).apply(tensors, images(x));
    for (ConvolutionLayer layer : layers.subList(1, layers.size())) {
      value = layer.apply(tensors, activation.apply(value));
    }
    return vectors(value);
  }

  @Override
  public ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    NDArray value = layers.get(0).apply(tensors, images(x));
    NDArray slopes = layers.get(0).along(tensors, images(directions));
    for (ConvolutionLayer layer : layers.subList(1, layers.size())) {
      NDArray active = activation.apply(value);
      slopes = layer.along(tensors, slopes.mul(activation.slope(value, active).expandDims(-4)));
      value = layer.apply(tensors, active);
    }
    return new ValueAndSlopes(vectors(value), vectors(slopes));
  }

  private NDArray images(NDArray x) {
    ConvolutionLayer first = layers.get(0);
    Shape image = new Shape(first.inputs(), first.height(), first.width());
    return Tensors.reshape(x, Shapes.concat(Shapes.dropRight(x.getShape(), 1), image));
  }

  private static NDArray vectors(NDArray images) {
    Shape shape = images.getShape();
    Shape vector = new Shape(Shapes.takeRight(shape, 3).size());
    return Tensors.reshape(images, Shapes.concat(Shapes.dropRight(shape, 3), vector));
  }
}
