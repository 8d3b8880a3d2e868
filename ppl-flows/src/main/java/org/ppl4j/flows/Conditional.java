package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.Bijections;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * The conditional form of any flow: a network reads the context and moves every parameter of the
 * flow, in unconstrained space, θ(c) = θ + net(c). The network puts out 0 at first, so that it
 * starts where the flow itself does, for every context.
 *
 * <p>The flow must take batches of parameters, as all of this library do. Couplings and
 * autoregressive layers have forms of their own, whose networks read the context beside the
 * coordinates; those learn better and cost less.
 *
 * <p>Source: Ha, Dai and Le, "HyperNetworks" (2017).
 */
public final class Conditional {

  /** Before the names of the network's tensors; couplings have a {@code net} of their own. */
  private static final String NETWORK = "given";

  private Conditional() {}

  /**
   * The conditional form of {@code module}.
   *
   * @param contextDim the number of entries of a context
   * @param conditioner the network that reads it
   * @throws IllegalArgumentException if the module has no parameters, or {@code contextDim} is
   *     below 1
   */
  public static ConditionalTransformModule of(
      TransformModule module, int contextDim, Conditioner conditioner) {
    ImmutableList<TensorSpec> moved =
        module.tensors().stream()
            .filter(spec -> spec.kind() == TensorSpec.Kind.PARAMETER)
            .collect(ImmutableList.toImmutableList());
    checkArgument(
        !moved.isEmpty(), "module '%s' has no parameters that a context could move", module);
    return new Contextual(new Layer(module, moved, conditioner), contextDim);
  }

  private static final class Layer implements Contextual.Layer {

    private final TransformModule module;
    private final ImmutableList<TensorSpec> moved;
    private final Conditioner conditioner;
    private final PerContext<Network> networks = new PerContext<>(this::network);
    private final PerContext<List<TensorSpec>> specs = new PerContext<>(this::specs);

    Layer(TransformModule module, ImmutableList<TensorSpec> moved, Conditioner conditioner) {
      this.module = module;
      this.moved = moved;
      this.conditioner = conditioner;
    }

    private Network network(int contextDim) {
      int outputs = 0;
      for (TensorSpec spec : moved) {
        outputs += Math.toIntExact(unconstrained(spec).size());
      }
      return conditioner.network(contextDim, outputs);
    }

    private static Shape unconstrained(TensorSpec spec) {
      return Bijections.to(spec.constraint()).inverseShape(spec.shape());
    }

    @Override
    public List<TensorSpec> tensors(int contextDim) {
      return specs.of(contextDim);
    }

    private List<TensorSpec> specs(int contextDim) {
      ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
      all.addAll(module.tensors());
      for (TensorSpec spec : networks.of(contextDim).tensors()) {
        all.add(spec.within(NETWORK));
      }
      return all.build();
    }

    @Override
    public Transform bind(
        NamedTensors tensors, @Nullable NDArray context, Rng rng, boolean training) {
      NDArray seen = requireNonNull(context);
      NDArray moves =
          networks
              .of(Contextual.entries(seen))
              .apply(tensors.within(NETWORK), seen, rng.split(NETWORK), training);
      Shape batch = Shapes.dropRight(moves.getShape(), 1);
      Map<String, NDArray> all = new LinkedHashMap<>();
      module.tensors().forEach(spec -> all.put(spec.name(), tensors.get(spec.name())));
      long[] sizes = moved.stream().mapToLong(spec -> unconstrained(spec).size()).toArray();
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

    @Override
    public String toString() {
      return module.toString();
    }
  }
}
