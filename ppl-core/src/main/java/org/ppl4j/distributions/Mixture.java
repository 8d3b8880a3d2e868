package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A mixture of any distributions of one event shape, of one kind: all with a density or all
 * discrete. Components of one family are faster as {@link MixtureSameFamily}.
 *
 * <p>log p(x) = log Σ exp(log w_k + log p_k(x)); a component counts where x is in its support.
 *
 * <p>Parameters: {@code weights} over K categories; K components, whose batches broadcast with that
 * of the weights. Draws and their gradient are those of {@link MixtureSameFamily}.
 */
public final class Mixture extends ComponentMixture {

  private final ImmutableList<Distribution> components;

  private Mixture(Categorical weights, List<Distribution> components, Shape batch) {
    super(weights, batch, components.get(0).eventShape());
    this.components = ImmutableList.copyOf(components);
  }

  /**
   * A mixture.
   *
   * @throws IllegalArgumentException if there are not as many components as weights, their event
   *     shapes or kinds differ, or the batches do not broadcast
   */
  public static Mixture of(Categorical weights, List<? extends Distribution> components) {
    long categories = count(weights);
    checkArgument(
        components.size() == categories,
        "mixture has %s weights, but %s components; give each component a weight",
        categories,
        components.size());
    Distribution first = components.get(0);
    Shape batch = weights.batchShape();
    for (Distribution component : components) {
      checkArgument(
          component.eventShape().equals(first.eventShape()),
          "components '%s' and '%s' of a mixture have event shapes %s and %s, which must be equal",
          first.name(),
          component.name(),
          first.eventShape(),
          component.eventShape());
      checkArgument(
          component.support().isDiscrete() == first.support().isDiscrete(),
          "components '%s' and '%s' of a mixture are not both discrete or both continuous, so that"
              + " their log-densities are not comparable",
          first.name(),
          component.name());
      batch = Shapes.broadcast(batch, component.batchShape());
    }
    return new Mixture(weights, ImmutableList.copyOf(components), batch);
  }

  /** The components. */
  public List<Distribution> components() {
    return components;
  }

  /** The one that all components have, or all values that any of them has. */
  @Override
  public Constraint support() {
    return Constraint.union(components.stream().map(Distribution::support).toList());
  }

  @Override
  List<Argument> componentArguments() {
    return components.stream().flatMap(component -> component.arguments().stream()).toList();
  }

  @Override
  boolean haveCdf() {
    return components.stream().allMatch(Distribution::hasCdf);
  }

  @Override
  public boolean hasAtoms() {
    return components.stream().anyMatch(Distribution::hasAtoms);
  }

  @Override
  NDArray atoms(NDArray value) {
    return each(value, Distribution::doAtoms);
  }

  @Override
  boolean areReparameterized() {
    return components.stream().allMatch(Distribution::isReparameterized);
  }

  @Override
  @Nullable NDArray undefined() {
    NDArray any = weights.undefined();
    for (Distribution component : components) {
      any = Undefined.or(any, component.undefined());
    }
    return any;
  }

  @Override
  NDArray logProbs(NDArray value) {
    return each(value, Distribution::logProb);
  }

  @Override
  NDArray each(NDArray value, ComponentFunction function) {
    Shape batch = Shapes.dropRight(value.getShape(), eventShape().dimension());
    Shape shape = Shapes.broadcast(batch, batchShape());
    return stacked(component -> expanded(function.of(component, value), shape));
  }

  @Override
  NDArray means() {
    Shape shape = Shapes.concat(batchShape(), eventShape());
    return stacked(component -> expanded(component.mean(), shape));
  }

  @Override
  NDArray variances() {
    Shape shape = Shapes.concat(batchShape(), eventShape());
    return stacked(component -> expanded(component.variance(), shape));
  }

  private NDArray stacked(Function<Distribution, NDArray> formula) {
    List<NDArray> results = new ArrayList<>();
    for (Distribution component : components) {
      results.add(formula.apply(component));
    }
    return Tensors.stack(results, -1);
  }

  @Override
  NDArray drawOf(NDArray index, Rng rng, Shape batch) {
    NDArray at = index;
    for (int i = 0; i < eventShape().dimension(); i++) {
      at = at.expandDims(-1);
    }
    NDArray drawn = components.get(0).doDraw(rng.split(0), batch).value().stopGradient();
    for (int k = 1; k < components.size(); k++) {
      NDArray value = components.get(k).doDraw(rng.split(k), batch).value().stopGradient();
      drawn = Tensors.where(at.eq(k), value, drawn);
    }
    return drawn;
  }

  @Override
  public Mixture withParameters(UnaryOperator<NDArray> operator) {
    List<Distribution> mapped = new ArrayList<>();
    for (Distribution component : components) {
      mapped.add(component.withParameters(operator));
    }
    return new Mixture(weights.withParameters(operator), mapped, batchShape());
  }

  @Override
  public String toString() {
    return "Mixture(" + weights + ", " + components + ")";
  }
}
