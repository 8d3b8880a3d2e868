package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * A whole number from low to high, both included, all equally likely.
 *
 * <p>log p(x) = −log(high − low + 1), for x = low … high.
 *
 * <p>Parameters: {@code low} and {@code high}, whole numbers, low at most high. Values are whole
 * numbers of any data type; draws are of the run's float type, without gradient.
 */
public final class DiscreteUniform extends FlatDistribution {

  private final NDArray low;
  private final NDArray high;

  private DiscreteUniform(NDArray low, NDArray high) {
    super(
        new Argument("low", low, Constraint.INTEGER, 0),
        new Argument("high", high, Constraint.INTEGER, 0));
    this.low = low;
    this.high = high;
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    checkArgument(
        a.isEmpty() || b.isEmpty() || a.getAsDouble() <= b.getAsDouble(),
        "parameter 'low' of DiscreteUniform must be at most 'high', but they are %s and %s",
        a.orElse(0),
        b.orElse(0));
  }

  /** A uniform distribution on whole numbers. */
  public static DiscreteUniform of(NDArray low, NDArray high) {
    return new DiscreteUniform(low, high);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DiscreteUniform of(long low, long high) {
    return of(number((double) low), number((double) high));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DiscreteUniform of(NDArray low, long high) {
    return of(low, number((double) high));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DiscreteUniform of(long low, NDArray high) {
    return of(number((double) low), high);
  }

  /** The parameter {@code low}. */
  public NDArray low() {
    return low;
  }

  /** The parameter {@code high}. */
  public NDArray high() {
    return high;
  }

  /** high − low + 1. */
  private NDArray size() {
    return high.sub(low).add(1);
  }

  @Override
  public Constraint support() {
    return Constraint.integerInterval(low, high);
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  NDArray logVolume() {
    return size().log();
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray offset = rng.uniform(run(), batch).mul(size()).floor();
    return drawn(offset.add(low).minimum(high).stopGradient(), batch);
  }

  @Override
  public NDArray enumerateSupport() {
    double first = Counts.bound(low, Math::min);
    double last = Counts.bound(high, Math::max);
    return Counts.range(run(), first, last, batchShape().dimension());
  }

  @Override
  protected NDArray doMean() {
    return low.add(high).mul(0.5);
  }

  @Override
  protected NDArray doVariance() {
    return size().square().sub(1).mul(1.0 / 12);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return Counts.asFloat(value).floor().sub(low).add(1).div(size()).clip(0, 1);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return high.sub(Counts.asFloat(value).floor()).div(size()).clip(0, 1);
  }

  /** The least value whose cdf is at least the probability, up to rounding. */
  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Counts.roundedUp(probability.mul(size())).sub(1).add(low).maximum(low);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return doIcdf(number(1).sub(probability));
  }

  @Override
  public DiscreteUniform withParameters(UnaryOperator<NDArray> operator) {
    return new DiscreteUniform(operator.apply(low), operator.apply(high));
  }
}
