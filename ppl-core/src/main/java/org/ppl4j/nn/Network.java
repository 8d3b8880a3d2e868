package org.ppl4j.nn;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.Supplier;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

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
   * The outputs group by group, where each depends on the inputs of its own and earlier groups
   * alone: a pass a group, with 0 for what is not known, unless a network knows better. A {@link
   * Made} needs one pass altogether.
   *
   * @param groups of all inputs and all outputs
   */
  default Gradual gradually(
      NamedTensors tensors, List<Gradual.Group> groups, Rng rng, boolean training) {
    return new GradualPasses(x -> apply(tensors, x, rng, training), groups);
  }

  /**
   * The output with its derivatives along directions of the input, carried forwards through the
   * layers: K products more, and first derivatives only, so that it can be differentiated again as
   * any output can.
   *
   * @param directions {@code (*, K, inputs)}, whose batch broadcasts against that of {@code x}
   * @throws UnsupportedOperationException if it carries none; {@link Mlp} and {@link Residual} do
   */
  default ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    throw new UnsupportedOperationException(
        "network '%s' carries no derivatives forwards; use Mlp or Residual"
            .formatted(getClass().getName()));
  }

  /**
   * The output with the trace of its Jacobian in as many inputs, the first ones: exact, along the
   * axes of these unless a network knows better. An {@link Mlp} of up to two hidden layers needs
   * one product more, however many outputs there are.
   *
   * @param outputs how many there are, no more than inputs
   * @throws UnsupportedOperationException as {@link #along}
   */
  default Traced traced(NamedTensors tensors, NDArray x, int outputs, Rng rng, boolean training) {
    Run run = Tensors.run(x);
    long width = x.getShape().get(x.getShape().dimension() - 1);
    NDArray rest = run.zeros(new Shape(outputs, width - outputs));
    NDArray axes = Tensors.concat(List.of(run.eye(outputs), rest), -1);
    ValueAndSlopes moved = along(tensors, x, axes, rng, training);
    return new Traced(moved.value(), Tensors.sumRight(moved.slopes().mul(run.eye(outputs)), 2));
  }

  /** A network that is made once, when it is first asked for. */
  static Network lazy(Supplier<Network> maker) {
    return new LazyNetwork(maker::get);
  }
}
