package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.LipschitzNetwork;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * One block of a {@link ResidualFlow}.
 *
 * @param network from D numbers to D, of a bound below 1
 * @param learning the log-determinant while it learns
 */
record ResidualBlock(LipschitzNetwork network, LogDet learning) implements TransformModule {

  private static final Family FAMILY = Family.of(ResidualBlock.class, 1);

  /** A network reads the context and moves the biases of all layers, which leaves the bound. */
  @Override
  public ConditionalTransformModule conditional(int contextDim, Conditioner conditioner) {
    Network reader = Network.lazy(() -> conditioner.network(contextDim, network.biases()));
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> {
          List<TensorSpec> all = new ArrayList<>(tensors());
          reader.tensors().forEach(spec -> all.add(spec.within("net")));
          return all;
        },
        (tensors, context, rng, training) -> {
          NDArray moves = reader.apply(tensors.within("net"), context, rng.split("net"), training);
          return bind(network.moved(tensors, moves), rng, training);
        });
  }

  @Override
  public List<TensorSpec> tensors() {
    return TensorSpec.ofFamily(FAMILY, network.tensors());
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new ResidualMap(
        network.layers(),
        network.bounded(tensors),
        network.bound(),
        training ? learning : LogDet.exact(),
        rng);
  }

  @Override
  public String toString() {
    return "residual";
  }
}
