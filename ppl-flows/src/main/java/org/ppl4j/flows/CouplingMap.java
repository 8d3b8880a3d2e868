package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.nn.NamedTensors;
import org.ppl4j.nn.Network;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Invertibility;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** A coupling layer with its tensors and context. */
final class CouplingMap extends VectorMap {

  private final Coupling layer;
  private final Network network;
  private final NamedTensors tensors;
  private final @Nullable NDArray context;
  private final Rng rng;
  private final boolean training;
  private final NamedTensors net;
  private final @Nullable Transform passing;

  CouplingMap(
      Coupling layer,
      Network network,
      NamedTensors tensors,
      @Nullable NDArray context,
      Rng rng,
      boolean training) {
    super(Contextual.batch(context));
    this.layer = layer;
    this.network = network;
    this.tensors = tensors;
    this.context = context;
    this.rng = rng;
    this.training = training;
    this.net = tensors.within("net");
    this.passing =
        layer.passing == null ? null : layer.passing.bind(tensors.within("passing"), rng, training);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return map(x, false);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return map(y, true);
  }

  /** In sorted coordinates: the first pass, the others are changed. */
  private Mapped map(NDArray value, boolean inverse) {
    checkWidth(this, value, layer.dim);
    NDArray sorted = layer.sort == null ? value : layer.sort.forward(value).value();
    Mapped mapped = inverse && layer.isUniform() ? inverseAtOnce(sorted) : inTurn(sorted, inverse);
    return layer.sort == null
        ? mapped
        : new Mapped(layer.sort.inverse(mapped.value()).value(), mapped.logDet());
  }

  /** The coordinates that pass, then those that are changed. */
  private Mapped inTurn(NDArray sorted, boolean inverse) {
    int passes = layer.passes;
    NDArray a = Tensors.range(sorted, -1, 0, passes);
    NDArray b = passes == 0 ? sorted : Tensors.range(sorted, -1, passes, layer.dim);
    Mapped passed = passing == null ? null : apply(passing, a, inverse);
    NDArray image = passed == null || inverse ? a : passed.value();
    NDArray parameters = parameters(image);
    ScalarFamilies.prefer(
        tensors, layer.family, parameters, b, inverse, x -> Tensors.sumRight(x, 1));
    Mapped changed = apply(layer.family.map(parameters).independent(1), b, inverse);
    if (passes == 0) {
      return changed;
    }
    NDArray joined = Contextual.sideBySide(passed == null ? a : passed.value(), changed.value());
    NDArray logDet = passed == null ? changed.logDet() : changed.logDet().add(passed.logDet());
    return new Mapped(joined, logDet);
  }

  /**
   * All coordinates by one map of the family: what passed is seen as it arrives. Coordinates are
   * the leftmost dim meanwhile, so that the parameters of those that are changed lie together, as
   * the gradient's matrix products want them.
   */
  private Mapped inverseAtOnce(NDArray sorted) {
    NDArray ofChanged = parameters(Tensors.range(sorted, -1, 0, layer.passes));
    Shape batch = Shapes.dropRight(ofChanged.getShape(), 2);
    Shape shape = new Shape(layer.passes, layer.family.parameters());
    NDArray ofPassing =
        Tensors.reshape(tensors.get("passing.bias"), shape).broadcast(Shapes.concat(batch, shape));
    NDArray all = Tensors.concat(List.of(toLeft(ofPassing, 2), toLeft(ofChanged, 2)), 0);
    NDArray values = sorted.broadcast(Shapes.concat(batch, new Shape(layer.dim)));
    NDArray left = toLeft(values, 1);
    ScalarFamilies.prefer(tensors, layer.family, all, left, true, CouplingMap::sumLeft);
    Mapped mapped = layer.family.map(all).inverse(left);
    return new Mapped(toRight(mapped.value()), sumLeft(mapped.logDet()));
  }

  /** Over the leftmost dim. */
  private static NDArray sumLeft(NDArray x) {
    return x.sum(new int[] {-x.getShape().dimension()});
  }

  /** The dim that is so far from the right, 1 being the rightmost, as the leftmost. */
  private static NDArray toLeft(NDArray x, int fromRight) {
    int rank = x.getShape().dimension();
    int moved = rank - fromRight;
    return x.transpose(
        IntStream.range(0, rank)
            .map(i -> (i == 0 ? moved : i <= moved ? i - 1 : i) - rank)
            .toArray());
  }

  /** The leftmost dim as the rightmost. */
  private static NDArray toRight(NDArray x) {
    int rank = x.getShape().dimension();
    return x.transpose(IntStream.range(0, rank).map(i -> (i + 1) % rank - rank).toArray());
  }

  private static Mapped apply(Transform transform, NDArray value, boolean inverse) {
    return inverse ? transform.inverse(value) : transform.forward(value);
  }

  /** Of the maps of the changed coordinates, given the images of those that pass. */
  private NDArray parameters(NDArray image) {
    Masking masking = layer.masking;
    NDArray features = Features.of(layer.domainOfPassing(), image);
    NDArray seen = masking == null ? features : masking.inPlace(features);
    NDArray output = network.apply(net, Contextual.join(seen, context), rng, training);
    Shape batch = Shapes.dropRight(output.getShape(), 1);
    int count = layer.family.parameters();
    int rows = masking == null ? layer.dim - layer.passes : layer.dim;
    NDArray all = Tensors.reshape(output, Shapes.concat(batch, new Shape(rows, count)));
    return masking == null ? all : masking.ofChanged(all);
  }

  @Override
  public Constraint domain() {
    return layer.domain();
  }

  @Override
  public Constraint codomain() {
    return layer.domain();
  }

  @Override
  public Invertibility invertibility() {
    return iterations() > 0 ? Invertibility.ITERATIVE : Invertibility.EXACT;
  }

  @Override
  public int iterations() {
    int ofPassing = passing == null ? 0 : passing.iterations();
    return ofPassing + layer.family.iterations();
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new CouplingMap(
        layer,
        network,
        tensors.map(operator),
        context == null ? null : operator.apply(context),
        rng,
        training);
  }

  @Override
  public String toString() {
    return layer.toString();
  }
}
