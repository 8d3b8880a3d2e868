package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import com.google.common.base.Suppliers;
import com.google.common.collect.ImmutableList;
import java.util.BitSet;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.Conditioner;
import org.ppl4j.nn.Mlp;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.nn.TensorSpec;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.file.Family;
import org.ppl4j.transforms.ConditionalTransformModule;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * Coupling layers: coordinates a pass through, coordinates b are changed one by one by maps whose
 * parameters a network computes from a, y_b = g(x_b; θ(x_a)), with g of any {@link ScalarFamily}.
 *
 * <p>x and y: {@code (*, D)}; log |det| = Σ log |g′|. Both directions cost one pass of the network
 * and the family's map. It starts as the identity. With {@link #passing} the coordinates a are
 * changed too, by maps of their own that depend on nothing, and the network reads their images: the
 * inverse, which scores data, is then still one evaluation of the family, forward is two. D = 1
 * changes the one coordinate by a map that depends on nothing (or on the context). Over {@link
 * CircularSpline} coordinates are angles, of which the network reads cosine and sine; those that
 * pass are what the family of their own maps takes, without one what {@code family} takes.
 *
 * <p>Sources: Dinh, Krueger and Bengio, "NICE" (2015), equation 1; Dinh, Sohl-Dickstein and Bengio,
 * "Density estimation using Real NVP" (2017), equations 4 to 8; Durkan et al., "Neural spline
 * flows" (2019), section 2.1.
 */
public final class Coupling implements TransformModule {

  private static final Family FAMILY = Family.of(Coupling.class, 1);

  final int dim;
  final int passes;
  final ScalarFamily family;
  final @Nullable Elementwise passing;
  final @Nullable Permute sort;
  final @Nullable Masking masking;
  private final @Nullable ScalarFamily ofPassing;
  private final Conditioner conditioner;
  private final Partition partition;
  private final BitSet passed;
  private final Network network = Network.lazy(() -> network(0));
  private final Supplier<List<TensorSpec>> specs = Suppliers.memoize(() -> tensors(network));

  private Coupling(
      int dim,
      ScalarFamily family,
      @Nullable ScalarFamily ofPassing,
      Conditioner conditioner,
      Partition partition,
      boolean masked) {
    this.dim = dim;
    this.family = family;
    this.ofPassing = ofPassing;
    this.conditioner = conditioner;
    this.partition = partition;
    this.passed = partition.passed(dim);
    this.passes = passed.cardinality();
    checkArgument(
        passes < dim,
        "coupling of %s coordinates passes all of them; leave at least one to change",
        dim);
    this.passing = ofPassing == null || passes == 0 ? null : Elementwise.of(passes, ofPassing);
    this.sort = sort(passed, dim);
    this.masking = masked ? Masking.of(passed, dim, Features.width(domainOfPassing(), 1)) : null;
  }

  /**
   * For vectors of {@code dim} coordinates; the first half passes, the network has two hidden
   * layers of width 64 unless set otherwise.
   *
   * @throws IllegalArgumentException if {@code dim} is below 1
   */
  public static Coupling of(int dim, ScalarFamily family) {
    checkArgument(dim >= 1, "coupling needs at least 1 coordinate, but dim is %s", dim);
    return new Coupling(
        dim, requireNonNull(family, "family"), null, Mlp.of(64, 64), Partition.half(), false);
  }

  /** With another kind of network. */
  public Coupling conditioner(Conditioner conditioner) {
    return new Coupling(
        dim,
        family,
        ofPassing,
        requireNonNull(conditioner, "conditioner"),
        partition,
        masking != null);
  }

  /** With another partition. */
  public Coupling partition(Partition partition) {
    return new Coupling(
        dim,
        family,
        ofPassing,
        conditioner,
        requireNonNull(partition, "partition"),
        masking != null);
  }

  /** With maps of their own, of this family, for the coordinates that pass. */
  public Coupling passing(ScalarFamily passing) {
    return new Coupling(
        dim, family, requireNonNull(passing, "passing"), conditioner, partition, masking != null);
  }

  /**
   * With a network that sees all coordinates in their places, 0 for those that are changed, and
   * puts out parameters for all, of which those of the changed ones count: for networks that go by
   * places, such as {@link org.ppl4j.nn.Convolutional} over a chessboard or an odd number of
   * channels.
   */
  public Coupling masked() {
    return new Coupling(dim, family, ofPassing, conditioner, partition, true);
  }

  /** The network reads the context beside the coordinates that pass. */
  @Override
  public ConditionalTransformModule conditional(int contextDim) {
    Network given = Network.lazy(() -> network(contextDim));
    return ConditionalTransformModule.of(
        toString(),
        contextDim,
        () -> tensors(given),
        (tensors, context, rng, training) ->
            new CouplingMap(this, given, tensors, context, rng, training));
  }

  @Override
  public List<TensorSpec> tensors() {
    return specs.get();
  }

  private List<TensorSpec> tensors(Network net) {
    ImmutableList.Builder<TensorSpec> all = ImmutableList.builder();
    TensorSpec.ofFamilies(family.families(), net.tensors())
        .forEach(spec -> all.add(spec.within("net")));
    if (passing != null) {
      passing.tensors().forEach(spec -> all.add(spec.within("passing")));
    }
    return TensorSpec.ofFamily(FAMILY, all.build());
  }

  @Override
  public Transform bind(NamedTensors tensors, Rng rng, boolean training) {
    return new CouplingMap(this, network, tensors, null, rng, training);
  }

  /** Whether all coordinates are changed by maps of one family. */
  boolean isUniform() {
    return passing != null && passing.family().equals(family);
  }

  private static @Nullable Permute sort(BitSet passed, int dim) {
    int[] order = new int[dim];
    int at = 0;
    for (int i = passed.nextSetBit(0); i >= 0; i = passed.nextSetBit(i + 1)) {
      order[at++] = i;
    }
    for (int i = passed.nextClearBit(0); i < dim; i = passed.nextClearBit(i + 1)) {
      order[at++] = i;
    }
    boolean sorted = true;
    for (int i = 0; i < dim; i++) {
      sorted &= order[i] == i;
    }
    return sorted ? null : Permute.of(order);
  }

  private Network network(int contextDim) {
    boolean isMasked = masking != null;
    int width = Features.width(domainOfPassing(), isMasked ? dim : passes);
    int outputs = (isMasked ? dim : dim - passes) * family.parameters();
    return conditioner.network(width + contextDim, outputs);
  }

  /** Where the coordinates that pass live. */
  Constraint domainOfPassing() {
    return passing == null ? family.domain() : passing.family().domain();
  }

  /** Where vectors live, before and after. */
  Constraint domain() {
    Constraint own = domainOfPassing();
    return own.equals(family.domain())
        ? Constraint.independent(own, 1)
        : Constraint.stack(
            IntStream.range(0, dim).mapToObj(i -> passed.get(i) ? own : family.domain()).toList());
  }

  @Override
  public String toString() {
    return "coupling(" + dim + ", " + family + ")";
  }
}
