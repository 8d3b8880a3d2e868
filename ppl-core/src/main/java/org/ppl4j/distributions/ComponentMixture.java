package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The formulas of mixtures, by what subclasses know of all components at once: tensors whose
 * rightmost dimension, right of the batch, is that of the components.
 */
abstract class ComponentMixture extends Distribution {

  final Categorical weights;

  ComponentMixture(Categorical weights, Shape batchShape, Shape eventShape) {
    super(batchShape, eventShape);
    this.weights = weights;
  }

  /** The distribution of the component. */
  public final Categorical weights() {
    return weights;
  }

  /** K, without an operation. */
  static long count(Categorical weights) {
    return weights.arguments().get(0).value().getShape().getLastDimension();
  }

  /** The log-density of each component, {@code (*, batch, K)}; −∞ outside its support. */
  abstract NDArray logProbs(NDArray value);

  /** A function of the cdf's kind of each component, {@code (*, batch, K)}. */
  abstract NDArray each(NDArray value, ComponentFunction function);

  /** What {@link #each} applies. */
  interface ComponentFunction {
    NDArray of(Distribution component, NDArray value);
  }

  /** The means of the components, {@code (batch, event, K)}. */
  abstract NDArray means();

  /** The variances of the components, {@code (batch, event, K)}. */
  abstract NDArray variances();

  /** The arguments of the components. */
  abstract List<Argument> componentArguments();

  /** Whether all components have a cdf. */
  abstract boolean haveCdf();

  /** Whether the draws of all components have a gradient. */
  abstract boolean areReparameterized();

  /** A draw of the component of that index for each place of the batch, without gradient. */
  abstract NDArray drawOf(NDArray index, Rng rng, Shape batch);

  @Override
  public final List<Argument> arguments() {
    return ImmutableList.<Argument>builder()
        .addAll(weights.arguments())
        .addAll(componentArguments())
        .build();
  }

  /** For components that are numbers with a density, a gradient and a cdf. */
  @Override
  public final boolean isReparameterized() {
    return hasCdf() && areSmooth();
  }

  @Override
  public final boolean hasIcdf() {
    return eventShape().dimension() == 0 && haveCdf();
  }

  private boolean areSmooth() {
    return eventShape().dimension() == 0 && !support().isDiscrete() && areReparameterized();
  }

  /** Each component looks at the value itself. */
  @Override
  final NDArray guarded(NDArray value) {
    return doLogProb(value);
  }

  /**
   * The sum of the components; at a value of which a component has a probability, that of such
   * components alone, since a density beside it is as good as 0.
   */
  @Override
  protected final NDArray doLogProb(NDArray value) {
    NDArray weighted = logProbs(value).add(weights.logits());
    if (hasAtoms() && !support().isDiscrete()) {
      weighted = ofMostAtoms(weighted, atoms(value));
    }
    return Special.logSumExp(weighted, -1, false);
  }

  /** How many numbers of a value have a probability under each component, (*, batch, K). */
  abstract NDArray atoms(NDArray value);

  /** Log densities (*, batch, K) with −∞ in place of those that others dominate; a NaN stays. */
  private static NDArray ofMostAtoms(NDArray logDensities, NDArray atoms) {
    NDArray impossible = Tensors.number(Double.NEGATIVE_INFINITY);
    NDArray counted = Tensors.where(logDensities.eq(impossible), Tensors.number(-1), atoms);
    NDArray isLess = counted.lt(counted.max(new int[] {-1}, true));
    NDArray isDominated = isLess.logicalAnd(logDensities.gte(impossible));
    return Tensors.where(isDominated, impossible, logDensities);
  }

  @Override
  protected final NDArray doAtoms(NDArray value) {
    return atoms(value).max(new int[] {-1});
  }

  /** A component is drawn, then its value; the gradient is −(∂F/∂θ) / p at the value. */
  @Override
  protected final Draw doDraw(Rng rng, Shape batch) {
    NDArray index = weights.doDraw(rng.split(0), batch).value();
    NDArray drawn = drawOf(index, rng.split(1), batch);
    NDArray value = isReparameterized() ? attached(drawn, doCdf(drawn).neg()) : shown(drawn);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  /** NaN where a parameter of any component is, whichever was drawn from. */
  private NDArray shown(NDArray drawn) {
    NDArray undefined = drawn.getDataType().isFloating() ? undefined() : null;
    return Undefined.shown(
        undefined == null ? null : Undefined.ofEntries(undefined, eventShape()), drawn);
  }

  /** A value without gradient, moved by {@code probability} over the density. */
  private NDArray attached(NDArray value, NDArray probability) {
    return LogDistances.withDerivative(value, probability, doLogProb(value).neg());
  }

  @Override
  protected final NDArray doMean() {
    return weighted(means());
  }

  /** The mean variance and the variance of the means. */
  @Override
  protected final NDArray doVariance() {
    NDArray means = means();
    NDArray apart = means.sub(weighted(means).expandDims(-1));
    return weighted(variances().add(apart.square()));
  }

  /** Σ p_k x_k over the rightmost dimension, to the left of which are batch and event. */
  private NDArray weighted(NDArray ofComponents) {
    NDArray probs = weights.probs();
    for (int i = 0; i < eventShape().dimension(); i++) {
      probs = probs.expandDims(-2);
    }
    return ofComponents.mul(probs).sum(new int[] {-1});
  }

  @Override
  protected final NDArray doCdf(NDArray value) {
    return averaged("cdf", value, Distribution::doCdf);
  }

  @Override
  protected final NDArray doSf(NDArray value) {
    return averaged("sf", value, Distribution::doSf);
  }

  @Override
  protected final NDArray doLogCdf(NDArray value) {
    return averagedInLogs("logCdf", value, Distribution::doLogCdf);
  }

  @Override
  protected final NDArray doLogSf(NDArray value) {
    return averagedInLogs("logSf", value, Distribution::doLogSf);
  }

  private NDArray averaged(String what, NDArray value, ComponentFunction function) {
    checkNumbers(what);
    return each(value, function).mul(weights.probs()).sum(new int[] {-1});
  }

  private NDArray averagedInLogs(String what, NDArray value, ComponentFunction function) {
    checkNumbers(what);
    return Special.logSumExp(each(value, function).add(weights.logits()), -1, false);
  }

  @Override
  protected final NDArray doIcdf(NDArray probability) {
    NDArray p = probability.stopGradient();
    NDArray value = search(p, x -> doCdf(x).lt(p));
    return support().isDiscrete() ? value : attached(value, probability.sub(doCdf(value)));
  }

  @Override
  protected final NDArray doIsf(NDArray probability) {
    NDArray q = probability.stopGradient();
    NDArray value = search(q, x -> doSf(x).gt(q));
    return support().isDiscrete() ? value : attached(value, doSf(value).sub(probability));
  }

  private NDArray search(NDArray like, UnaryOperator<NDArray> isBelow) {
    checkNumbers("icdf");
    Run run = run();
    NDArray from = Truncation.lowest(support());
    NDArray to = Truncation.highest(support());
    NDArray zero = expanded(run.bind(like), Shapes.broadcast(like.getShape(), batchShape())).mul(0);
    NDArray low = zero.add(from == null ? number(Double.NEGATIVE_INFINITY) : from);
    NDArray high = zero.add(to == null ? number(Double.POSITIVE_INFINITY) : to);
    return support().isDiscrete()
        ? Bisection.whole(isBelow, low, high)
        : Bisection.real(isBelow, low, high);
  }

  private void checkNumbers(String what) {
    if (eventShape().dimension() > 0) {
      throw new UnsupportedOperationException(
          "distribution '%s' has no %s over an event of shape %s"
              .formatted(name(), what, eventShape()));
    }
  }
}
