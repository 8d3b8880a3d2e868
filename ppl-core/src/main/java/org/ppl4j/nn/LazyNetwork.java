package org.ppl4j.nn;

import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import com.google.common.base.Supplier;
import com.google.common.base.Suppliers;
import java.util.List;
import org.ppl4j.tensor.Rng;

/** A network that is worked out when it is first asked for. */
final class LazyNetwork implements Network {

  private final Supplier<Network> network;
  private final Supplier<List<TensorSpec>> tensors;

  LazyNetwork(Supplier<Network> maker) {
    this.network = Suppliers.memoize(maker);
    this.tensors = Suppliers.memoize(() -> made().tensors());
  }

  private Network made() {
    return requireNonNull(network.get());
  }

  @Override
  public List<TensorSpec> tensors() {
    return requireNonNull(tensors.get());
  }

  @Override
  public NDArray apply(NamedTensors tensors, NDArray x, Rng rng, boolean training) {
    return made().apply(tensors, x, rng, training);
  }

  @Override
  public Gradual gradually(
      NamedTensors tensors, List<Gradual.Group> groups, Rng rng, boolean training) {
    return made().gradually(tensors, groups, rng, training);
  }

  @Override
  public ValueAndSlopes along(
      NamedTensors tensors, NDArray x, NDArray directions, Rng rng, boolean training) {
    return made().along(tensors, x, directions, rng, training);
  }

  @Override
  public Traced traced(NamedTensors tensors, NDArray x, int outputs, Rng rng, boolean training) {
    return made().traced(tensors, x, outputs, rng, training);
  }
}
