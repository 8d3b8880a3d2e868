package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.ppl4j.nn.Gradual;
import org.ppl4j.nn.Made;
import org.ppl4j.nn.MaskedConditioner;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Autoregressive layers: each coordinate is changed by a map whose parameters a masked network
 * computes from the coordinates before it, y_i = g(x_i; θ_i(x_1 … x_{i−1})), with g of any {@link
 * ScalarFamily}.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ log |g′|, the Jacobian being triangular. {@code
 * forward} is one pass; {@code inverse} takes one pass through {@link Made} without gradients, in D
 * parts, or D of another network, and, where gradients are recorded, one more with them and D + 1
 * derivatives of that. As it stands it is the inverse autoregressive flow, fast to sample: a guide.
 * {@code inverted()} is the masked autoregressive flow, fast to score: a density. It starts as the
 * identity. Over {@link CircularSpline} coordinates are angles, of which the network reads cosine
 * and sine.
 *
 * <p>Sources: Kingma et al., "Improving variational inference with inverse autoregressive flow"
 * (2016); Papamakarios, Pavlakou and Murray, "Masked autoregressive flow for density estimation"
 * (2017).
 */
public final class Autoregressive implements TransformModule {

  private static final Family FAMILY = Family.of(Autoregressive.class, 1);

  private final int dim;
  private final ScalarFamily family;
  private final MaskedConditioner conditioner;
  private final ImmutableIntArray order;
  private final Network network = Network.lazy(() -> network(0));
  private final Supplier<List<TensorSpec>> specs = Suppliers.memoize(() -> tensors(network));

  private Autoregressive(
      int dim, ScalarFamily family, MaskedConditioner conditioner, ImmutableIntArray order) {
    this.dim = dim;
    this.family = family;
    this.conditioner = conditioner;
    this.order = order;
  }

  /**
   * For vectors of {@code dim} coordinates, in their order; the network has two hidden layers of
   * width 64 unless set otherwise.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Autoregressive of(int dim, ScalarFamily family) {
    checkArgument(dim >= 1, "autoregressive needs at least 1 coordinate, but dim is %s", dim);
    return new Autoregressive(
        dim,
        requireNonNull(family, "family"),
        Made.of(64, 64),
        ImmutableIntArray.copyOf(IntStream.range(0, dim)));
  }

  /** With another masked network. */
  public Autoregressive conditioner(MaskedConditioner conditioner) {
    return new Autoregressive(dim, family, requireNonNull(conditioner, "conditioner"), order);
  }

  /**
   * With the coordinates in another order: {@code order[k]} is the one that comes k-th, from 0.
   *
   * @throws IllegalArgumentException if it is not an order of 0 … D − 1
   */
  public Autoregressive order(int... order) {
    checkArgument(
        order.length == dim,
        "autoregressive layer of %s coordinates got an order of %s",
        dim,
        order.length);
    Permute.checkOrder(order);
    return new Autoregressive(dim, family, conditioner, ImmutableIntArray.copyOf(order));
  }

  /** The network reads the context beside the coordinates. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    Network given = Network.lazy(() -> network(contextDim));
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> tensors(given),
        (tensors, context, rng, training) ->
            new AutoregressiveMap(this, given, tensors, context, rng, training));
  }

  @Override
  public List<TensorSpec> tensors() {
    return specs.get();
  }

  private List<TensorSpec> tensors(Network net) {
    return TensorSpec.ofFamily(FAMILY, TensorSpec.ofFamilies(family.families(), net.tensors()));
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new AutoregressiveMap(this, network, tensors, null, rng, training);
  }

  int dim() {
    return dim;
  }

  ScalarFamily family() {
    return family;
  }

  /** The coordinates, the first of which depends on none. */
  ImmutableIntArray order() {
    return order;
  }

  /** What the network reads of the context, then of each coordinate, and puts out for the next. */
  List<Gradual.Group> groups(int contextDim) {
    int width = Features.width(family.domain(), dim);
    int each = family.parameters();
    List<Gradual.Group> groups = new ArrayList<>();
    IntStream read = IntStream.range(width, width + contextDim);
    for (int i : order.asList()) {
      groups.add(group(read, IntStream.range(i * each, (i + 1) * each)));
      read = reads(i, width);
    }
    groups.add(group(read, IntStream.empty()));
    return groups;
  }

  private static Gradual.Group group(IntStream inputs, IntStream outputs) {
    return new Gradual.Group(ImmutableIntArray.copyOf(inputs), ImmutableIntArray.copyOf(outputs));
  }

  /** The numbers that are read of a coordinate. */
  private IntStream reads(int coordinate, int width) {
    return IntStream.iterate(coordinate, read -> read < width, read -> read + dim);
  }

  private Network network(int contextDim) {
    ImmutableList.Builder<BitSet> adjacency = ImmutableList.builder();
    int[] place = new int[dim];
    for (int k = 0; k < dim; k++) {
      place[order.get(k)] = k;
    }
    int width = Features.width(family.domain(), dim);
    for (int i = 0; i < dim; i++) {
      BitSet before = new BitSet(width + contextDim);
      for (int k = 0; k < place[i]; k++) {
        reads(order.get(k), width).forEach(before::set);
      }
      before.set(width, width + contextDim);
      adjacency.add(before);
    }
    return conditioner.network(adjacency.build(), width + contextDim, family.parameters());
  }

  @Override
  public String toString() {
    return "autoregressive(" + dim + ", " + family + ")";
  }
}
