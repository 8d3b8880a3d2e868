package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A mixture of components of one family, which are the rightmost batch dimension of one
 * distribution.
 *
 * <p>log p(x) = log Σ exp(log w_k + log p_k(x)), without overflow or underflow.
 *
 * <p>Parameters: {@code weights} over K categories, batch {@code (*)}; {@code components}, batch
 * {@code (*, K)}. A draw of continuous numbers with a cdf has the implicit gradient −(∂F/∂θ) / p
 * (Figurnov, Mohamed and Mnih 2018) in the parameters of components and weights; other draws have
 * none. Quantiles are found by bisection.
 */
public final class MixtureSameFamily extends ComponentMixture {

  private final Distribution components;

  private MixtureSameFamily(Categorical weights, Distribution components, Shape batch) {
    super(weights, batch, components.eventShape());
    this.components = components;
  }

  /**
   * A mixture.
   *
   * @param weights batch {@code (*)}, K categories
   * @param components batch {@code (*, K)}
   * @throws IllegalArgumentException if the components' batch has no dimension or another K, or the
   *     batches do not broadcast
   */
  public static MixtureSameFamily of(Categorical weights, Distribution components) {
    Shape shape = components.batchShape();
    long categories = count(weights);
    checkArgument(
        shape.dimension() > 0 && shape.getLastDimension() == categories,
        "mixture has %s weights, but its components '%s' have batch shape %s; the rightmost batch"
            + " dim must be that of the components",
        categories,
        components.name(),
        shape);
    return new MixtureSameFamily(
        weights, components, Shapes.broadcast(weights.batchShape(), Shapes.dropRight(shape, 1)));
  }

  /** The distribution of which each place of the rightmost batch dimension is a component. */
  public Distribution components() {
    return components;
  }

  /** That of the components; where each has bounds of its own, what is within any. */
  @Override
  public Constraint support() {
    Constraint support = components.support();
    return isShared(Truncation.lowest(support)) && isShared(Truncation.highest(support))
        ? support
        : Constraint.anyOfBounds(support);
  }

  private static boolean isShared(@Nullable NDArray bound) {
    return bound == null || bound.getShape().dimension() == 0;
  }

  @Override
  List<Argument> componentArguments() {
    return components.arguments();
  }

  @Override
  boolean haveCdf() {
    return components.hasCdf();
  }

  @Override
  public boolean hasAtoms() {
    return components.hasAtoms();
  }

  @Override
  NDArray atoms(NDArray value) {
    NDArray beside = value.expandDims(-1 - eventShape().dimension());
    Shape batch = Shapes.dropRight(beside.getShape(), eventShape().dimension());
    Shape shape = Shapes.broadcast(batch, components.batchShape());
    return expanded(components.doAtoms(beside), shape);
  }

  @Override
  boolean areReparameterized() {
    return components.isReparameterized();
  }

  @Override
  @Nullable NDArray undefined() {
    NDArray ofComponents = components.undefined();
    NDArray any =
        ofComponents == null
            ? null
            : Undefined.anyOf(expanded(ofComponents, components.batchShape()), 1);
    return Undefined.or(weights.undefined(), any);
  }

  @Override
  NDArray logProbs(NDArray value) {
    return components.logProb(value.expandDims(-1 - eventShape().dimension()));
  }

  @Override
  NDArray each(NDArray value, ComponentFunction function) {
    return function.of(components, value.expandDims(-1));
  }

  @Override
  NDArray means() {
    return last(components.mean());
  }

  @Override
  NDArray variances() {
    return last(components.variance());
  }

  /** The dimension of the components moved right of the event. */
  private NDArray last(NDArray x) {
    NDArray moved = x;
    int rank = x.getShape().dimension();
    for (int i = eventShape().dimension(); i > 0; i--) {
      moved = moved.swapAxes(rank - 1 - i, rank - i);
    }
    return moved;
  }

  @Override
  NDArray drawOf(NDArray index, Rng rng, Shape batch) {
    Shape whole = Shapes.concat(batch, Shapes.takeRight(components.batchShape(), 1));
    NDArray all = last(components.doDraw(rng, whole).value()).stopGradient();
    NDArray at = index.expandDims(-1);
    for (int i = 0; i < eventShape().dimension(); i++) {
      at = at.expandDims(-1);
    }
    return Tensors.pick(all, at).squeeze(-1);
  }

  /** What the components have in common. */
  @Override
  public NDArray enumerateSupport() {
    return components.enumerateSupport().squeeze(-1 - eventShape().dimension());
  }

  @Override
  public MixtureSameFamily withParameters(UnaryOperator<NDArray> operator) {
    return new MixtureSameFamily(
        weights.withParameters(operator), components.withParameters(operator), batchShape());
  }

  @Override
  public String toString() {
    return "MixtureSameFamily(" + weights + ", " + components + ")";
  }
}
