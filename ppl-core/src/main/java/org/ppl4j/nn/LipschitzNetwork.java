package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;

/**
 * What {@link Lipschitz} makes: a network that is the same function as {@link #layers} with its
 * tensors {@link #bounded}, which who evaluates it many times does once.
 */
public final class LipschitzNetwork implements Network {

  private static final Family FAMILY = Family.of(LipschitzNetwork.class, 1);

  /** Of the norms of weights; 2 to this power of Σ σ^2p. */
  private static final int DOUBLINGS = 6;

  private final Network network;
  private final ImmutableList<? extends LinearLayer> layers;
  private final double slopes;
  private final double bound;

  /** Of a network that is these layers with a nonlinearity between them. */
  LipschitzNetwork(
      Network network,
      ImmutableList<? extends LinearLayer> layers,
      Activation activation,
      double bound) {
    this.network = network;
    this.layers = layers;
    this.slopes = Math.pow(activation.steepest(), layers.size() - 1.0);
    this.bound = bound;
  }

  /** The largest ratio of a change of the output to that of the input, L. */
  public double bound() {
    return bound;
  }

  /** The layers without a bound of their own. */
  public Network layers() {
    return network;
  }

  /** The tensors with the last layer scaled, so that the layers keep the bound. */
  public NamedTensors bounded(NamedTensors tensors) {
    NDArray constant = Tensors.number(slopes);
    for (LinearLayer layer : layers) {
      constant = SpectralNorm.bound(layer.matrix(tensors), DOUBLINGS).mul(constant);
    }
    NDArray scale = Tensors.run(constant).scalar(bound).div(constant.maximum(bound));
    Map<String, NDArray> all = new LinkedHashMap<>();
    tensors.names().forEach(name -> all.put(name, tensors.get(name)));
    LinearLayer last = layers.get(layers.size() - 1);
    all.computeIfPresent(
        last.nameOfWeight(),
        (name, weight) -> weight.mul(wide(scale, last.shapeOfWeight().dimension())));
    all.computeIfPresent(last.nameOfBias(), (name, bias) -> bias.mul(wide(scale, 1)));
    return tensors.with(all);
  }

  private static NDArray wide(NDArray scale, int dims) {
    NDArray wide = scale;
    for (int i = 0; i < dims; i++) {
      wide = wide.expandDims(-1);
    }
    return wide;
  }

  /** How many numbers the biases of all layers are. */
  public int biases() {
    return layers.stream().mapToInt(LinearLayer::outputs).sum();
  }

  /**
   * The tensors with the biases of all layers moved, which leaves the bound as it is.
   *
   * @param moves {@code (*, biases)}, in the order of the layers
   */
  public NamedTensors moved(NamedTensors tensors, NDArray moves) {
    long[] sizes = layers.stream().mapToLong(LinearLayer::outputs).toArray();
    List<NDArray> parts = sizes.length == 1 ? List.of(moves) : Tensors.split(moves, -1, sizes);
    Map<String, NDArray> moved = new LinkedHashMap<>();
    tensors.names().forEach(name -> moved.put(name, tensors.get(name)));
    for (int i = 0; i < sizes.length; i++) {
      NDArray move = parts.get(i);
      moved.computeIfPresent(layers.get(i).nameOfBias(), (name, bias) -> bias.add(move));
    }
    return tensors.with(moved);
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, network.tensors());
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    return network.apply(bounded(tensors), x, rng, training);
  }

  @Override
  public ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    return network.along(bounded(tensors), x, directions, rng, training);
  }
}
