package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Supplier;
import org.ppl4j.tensor.Rng;

/**
 * An immutable description of a function of vectors with learnable tensors: what computes a flow's
 * parameters from other coordinates or a context.
 */
public interface Network {

  /** The parameters and buffers, with names that are unique in this network. */
  List<TensorSpec> tensors();

  /**
   * The output for an input.
   *
   * @param tensors one for each of {@link #tensors()}
   * @param x {@code (*, inputs)}
   * @param rng noise for networks that draw some
   * @param training whether the result is used to learn
   * @return {@code (*, outputs)}
   */
  NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training);

  /**
   * The output with its derivatives along directions of the input, carried forwards through the
   * layers: K products more, and first derivatives only, so that it can be differentiated again as
   * any output can.
   *
   * @param directions {@code (*, K, inputs)}, whose batch broadcasts against that of {@code x}
   * @throws UnsupportedOperationException if it carries none; {@link Mlp} and {@link Residual} do
   */
  default Moved along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    throw new UnsupportedOperationException(
        "network '%s' carries no derivatives forwards; use Mlp or Residual"
            .formatted(getClass().getName()));
  }

  /** A network that is made once, when it is first asked for. */
  static Network lazy(Supplier<Network> maker) {
    return new LazyNetwork(maker::get);
  }
}
