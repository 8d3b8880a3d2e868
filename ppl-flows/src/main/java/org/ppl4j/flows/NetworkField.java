package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.nn.Traced;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;

/**
 * A velocity that a network computes of place, time and context, side by side.
 *
 * @param network from (D + 1 + C) to D
 * @param frequencies of the waves that stand for the time; 0 for the time itself
 * @param context {@code (*, C)}, or null
 * @param rng noise of the network, the same at each evaluation
 */
record NetworkField(
    Network network,
    int frequencies,
    NamedTensors tensors,
    @Nullable NDArray context,
    Rng rng,
    boolean training)
    implements Field {

  /** How many numbers stand for a time. */
  static int timeDim(int frequencies) {
    return frequencies == 0 ? 1 : 2 * frequencies;
  }

  /**
   * Cosines and sines of 1, 2, … times an angle.
   *
   * @param angle {@code (*, 1)}
   * @return {@code (*, 2 · frequencies)}
   */
  static NDArray waves(NDArray angle, int frequencies) {
    double[] multiples = IntStream.rangeClosed(1, frequencies).asDoubleStream().toArray();
    Run run = Tensors.run(angle);
    NDArray angles = run.create(multiples, new Shape(frequencies)).mul(angle);
    return Tensors.concat(List.of(angles.cos(), angles.sin()), -1);
  }

  /** The flow along a network that reads a context beside place and time. */
  static ConditionalTransformModule conditional(
      String name,
      int contextDim,
      Network network,
      int frequencies,
      Function<NetworkField, Transform> flow) {
    return ConditionalTransformModule.of(
        name,
        contextDim,
        network::tensors,
        (tensors, context, rng, training) ->
            flow.apply(new NetworkField(network, frequencies, tensors, context, rng, training)));
  }

  /** As that, of what another network makes of the context: as many numbers as that has. */
  static ConditionalTransformModule conditional(
      String name,
      int contextDim,
      Network network,
      int frequencies,
      Conditioner reader,
      Function<NetworkField, Transform> flow) {
    Network reading = Network.lazy(() -> reader.network(contextDim, contextDim));
    return ConditionalTransformModule.of(
        name,
        contextDim,
        () -> {
          List<TensorSpec> all = new ArrayList<>(network.tensors());
          reading.tensors().forEach(spec -> all.add(spec.within("net")));
          return all;
        },
        (tensors, context, rng, training) -> {
          NDArray read = reading.apply(tensors.within("net"), context, rng.split("net"), training);
          return flow.apply(new NetworkField(network, frequencies, tensors, read, rng, training));
        });
  }

  @Override
  public NDArray velocity(NDArray time, NDArray x) {
    return network.apply(tensors, input(time, x), rng.split("velocity"), training);
  }

  @Override
  public ValueAndSlopes along(NDArray time, NDArray x, NDArray directions) {
    NDArray input = input(time, x);
    return network.along(
        tensors, input, widened(directions, width(input)), rng.split("velocity"), training);
  }

  @Override
  public Traced traced(NDArray time, NDArray x) {
    return network.traced(tensors, input(time, x), (int) width(x), rng.split("velocity"), training);
  }

  private NDArray input(NDArray time, NDArray x) {
    NDArray at = frequencies == 0 ? time : waves(time.mul(Math.PI), frequencies);
    return Contextual.join(Contextual.sideBySide(x, at), context);
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
  @Override
  public Shape batch() {
    return Shapes.broadcast(Contextual.batch(context), Contextual.batch(network, tensors));
  }

  @Override
  public NetworkField withParameters(UnaryOperator<NDArray> operator) {
    return new NetworkField(
        network,
        frequencies,
        tensors.map(operator),
        context == null ? null : operator.apply(context),
        rng,
        training);
  }
}
