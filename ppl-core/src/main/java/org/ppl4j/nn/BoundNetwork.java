package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Rng;

/**
 * A network with its tensors in one run: a function of vectors.
 *
 * @param network what it computes
 * @param tensors one for each of the network's
 * @param rng noise for networks that draw some
 * @param training whether results are used to learn
 */
public record BoundNetwork(Network network, NamedTensors tensors, Rng rng, boolean training) {

  /**
   * The output for an input.
   *
   * @param x {@code (*, inputs)}
   * @return {@code (*, outputs)}
   */
  public NDArray apply(NDArray x) {
    return network.apply(tensors, x, rng, training);
  }

  /**
   * The output with its derivatives along directions, as {@link Network#along}.
   *
   * @param directions {@code (*, K, inputs)}
   * @throws UnsupportedOperationException if the network carries none
   */
  public ValueAndSlopes along(NDArray x, NDArray directions) {
    return network.along(tensors, x, directions, rng, training);
  }

  /** The same function, which gradients pass through and whose tensors none reaches. */
  public BoundNetwork fixed() {
    return new BoundNetwork(network, tensors.map(NDArray::stopGradient), rng, training);
  }
}
