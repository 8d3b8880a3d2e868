package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * A layer that learns now: its inverse, the direction of densities, is the shift and scale by the
 * statistics of the batch that it is given; forward it is that by the statistics that it has kept.
 */
final class NormalizingMap extends Transform {

  /** What the statistics of a batch make of a layer. */
  interface Layer {

    /** The map by what was kept. */
    Transform stored(NamedTensors tensors);

    /** The map by the statistics of a batch, which it keeps. */
    Transform of(NamedTensors tensors, NDArray batch);
  }

  private final Layer layer;
  private final NamedTensors tensors;
  private final Transform stored;

  NormalizingMap(Layer layer, NamedTensors tensors) {
    super(1);
    this.layer = layer;
    this.tensors = tensors;
    this.stored = layer.stored(tensors);
  }

  /** The mean and the mean square deviation of each coordinate, {@code (D)}. */
  record Moments(NDArray mean, NDArray variance) {

    /** Of a batch {@code (N, D)}. */
    static Moments of(NDArray batch) {
      NDArray mean = batch.mean(new int[] {-2}, true);
      NDArray variance = batch.sub(mean).square().mean(new int[] {-2});
      return new Moments(mean.squeeze(-2), variance);
    }
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return stored.forward(x);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    long dim = y.getShape().get(y.getShape().dimension() - 1);
    long rows = y.size() / dim;
    // One row has no variance: it tells nothing of a scale.
    return rows < 2
        ? stored.inverse(y)
        : layer.of(tensors, Tensors.reshape(y, new Shape(rows, dim))).inverse(y);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new NormalizingMap(layer, tensors.map(operator));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return stored.forwardShape(shape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return stored.inverseShape(shape);
  }

  @Override
  public String toString() {
    return layer.toString();
  }
}
