package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The conditional form of any module: a network reads the context and moves every parameter, in
 * unconstrained space, θ(c) = θ + net(c). The network puts out 0 at first, so that it starts where
 * the module itself does, for every context. The module must take batches of parameters.
 *
 * <p>Source: Ha, Dai and Le, "HyperNetworks" (2017).
 */
final class Conditional {

  private static final Family FAMILY = Family.of(Conditional.class, 1);

  /** Before the names of the network's tensors; couplings have a {@code net} of their own. */
  private static final String NETWORK = "given";

  private final TransformModule module;
  private final ImmutableList<TensorSpec> moved;
  private final Network network;

  private Conditional(TransformModule module, int contextDim, Conditioner conditioner) {
    this.module = module;
    this.moved =
        module.tensors().stream()
            .filter(spec -> spec.kind() == TensorSpec.Kind.PARAMETER)
            .collect(ImmutableList.toImmutableList());
    checkArgument(
        !moved.isEmpty(), "module '%s' has no parameters that a context could move", module);
    long outputs = moved.stream().mapToLong(Conditional::size).sum();
    this.network = Network.lazy(() -> conditioner.network(contextDim, Math.toIntExact(outputs)));
  }

  static ConditionalTransformModule of(
      TransformModule module, int contextDim, Conditioner conditioner) {
    Conditional conditional = new Conditional(module, contextDim, conditioner);
    return ConditionalTransformModule.of(
        module.toString(), contextDim, conditional::tensors, conditional::bind);
  }

  private static Shape unconstrained(TensorSpec spec) {
    return Bijections.to(spec.constraint()).inverseShape(spec.shape());
  }

  private static long size(TensorSpec spec) {
    return unconstrained(spec).size();
  }

  private List<TensorSpec> tensors() {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    all.addAll(module.tensors());
    TensorSpec.ofFamily(FAMILY, network.tensors()).forEach(spec -> all.add(spec.within(NETWORK)));
    return all.build();
  }

  private Transform bind(NamedTensors tensors, NDArray context, Rng rng, boolean training) {
    NDArray moves = network.apply(tensors.within(NETWORK), context, rng.split(NETWORK), training);
    Shape batch = Shapes.dropRight(moves.getShape(), 1);
    Map<String, NDArray> all = new LinkedHashMap<>();
    module.tensors().forEach(spec -> all.put(spec.name(), tensors.get(spec.name())));
    long[] sizes = moved.stream().mapToLong(Conditional::size).toArray();
    List<NDArray> parts = sizes.length == 1 ? List.of(moves) : Tensors.split(moves, -1, sizes);
    for (int i = 0; i < sizes.length; i++) {
      TensorSpec spec = moved.get(i);
      NDArray move = Tensors.reshape(parts.get(i), Shapes.concat(batch, unconstrained(spec)));
      all.put(spec.name(), moved(spec, tensors.get(spec.name()), move));
    }
    return module.bind(tensors.with(all), rng, training);
  }

  private static NDArray moved(TensorSpec spec, NDArray value, NDArray move) {
    if (spec.constraint().equals(Constraint.REAL)) {
      return value.add(move);
    }
    Transform bijection = Bijections.to(spec.constraint());
    return bijection.forward(bijection.inverse(value).value().add(move)).value();
  }
}
