package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Moved;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.Traced;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * A velocity that a network computes of place, time and context, side by side.
 *
 * @param network from (D + 1 + C) to D
 * @param context {@code (*, C)}, or null
 * @param rng noise of the network, the same at each evaluation
 */
record NetworkField(
    Network network, NamedTensors tensors, @Nullable NDArray context, Rng rng, boolean training)
    implements Field {

  @Override
  public NDArray velocity(NDArray time, NDArray x) {
    return network.apply(tensors, input(time, x), rng.split("velocity"), training);
  }

  @Override
  public Moved along(NDArray time, NDArray x, NDArray directions) {
    NDArray input = input(time, x);
    return network.along(
        tensors, input, widened(directions, width(input)), rng.split("velocity"), training);
  }

  @Override
  public Traced traced(NDArray time, NDArray x) {
    return network.traced(tensors, input(time, x), (int) width(x), rng.split("velocity"), training);
  }

  private NDArray input(NDArray time, NDArray x) {
    return Contextual.join(Contextual.sideBySide(x, time), context);
  }

  /** Time and context stay along all of them. */
  private static NDArray widened(NDArray directions, long width) {
    Run run = Tensors.run(directions);
    return Contextual.sideBySide(directions, run.zeros(new Shape(width - width(directions))));
  }

  private static long width(NDArray x) {
    return x.getShape().get(x.getShape().dimension() - 1);
  }

  /** Of weights and of contexts. */
  Shape batch() {
    return Shapes.broadcast(Contextual.batch(context), Contextual.batch(network, tensors));
  }

  NetworkField withParameters(UnaryOperator<NDArray> operator) {
    return new NetworkField(
        network,
        tensors.map(operator),
        context == null ? null : operator.apply(context),
        rng,
        training);
  }
}
