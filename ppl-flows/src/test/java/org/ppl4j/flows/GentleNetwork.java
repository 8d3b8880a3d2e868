package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.nn.Activation;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.nn.ValueAndSlopes;
import org.ppl4j.tensor.Rng;

/**
 * A sixteenth of a small network with weights between −1 and 1: a field that changes so little that
 * few fixed steps follow it to 1e-9, whatever the scale of its parameters. How exact a solver is on
 * other fields is for the tests of solvers.
 */
record GentleNetwork(Network network) implements Network {

  private static final double SHARE = 1.0 / 16;

  /** Of one hidden layer. */
  static Conditioner conditioner() {
    Mlp mlp = Mlp.of(6).activation(Activation.TANH);
    return (inputs, outputs) -> new GentleNetwork(mlp.network(inputs, outputs));
  }

  @Override
  public List<TensorSpec> tensors() {
    return network.tensors();
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    return network.apply(tensors.map(NDArray::tanh), x, rng, training).mul(SHARE);
  }

  @Override
  public ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    ValueAndSlopes moved = network.along(tensors.map(NDArray::tanh), x, directions, rng, training);
    return new ValueAndSlopes(moved.value().mul(SHARE), moved.slopes().mul(SHARE));
  }
}
