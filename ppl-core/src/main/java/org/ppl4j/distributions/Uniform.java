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
 * The uniform distribution on an interval.
 *
 * <p>log p(x) = −log(high − low) for low ≤ x ≤ high.
 *
 * <p>Parameters: {@code low < high}. A draw is low + (high − low) · u.
 */
public final class Uniform extends FlatDistribution {

  private final NDArray low;
  private final NDArray high;

  private Uniform(NDArray low, NDArray high) {
    super(Argument.real("low", low), Argument.real("high", high));
    this.low = low;
    this.high = high;
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    checkArgument(
        a.isEmpty() || b.isEmpty() || a.getAsDouble() < b.getAsDouble(),
        "parameter 'low' of Uniform must be below 'high', but they are %s and %s",
        a.orElse(0),
        b.orElse(0));
  }

  /** A uniform distribution. */
  public static Uniform of(NDArray low, NDArray high) {
    return new Uniform(low, high);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Uniform of(double low, double high) {
    return of(number(low), number(high));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Uniform of(NDArray low, double high) {
    return of(low, number(high));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Uniform of(double low, NDArray high) {
    return of(number(low), high);
  }

  /** The parameter {@code low}. */
  public NDArray low() {
    return low;
  }

  /** The parameter {@code high}. */
  public NDArray high() {
    return high;
  }

  @Override
  public Constraint support() {
    return Constraint.interval(low, high);
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  NDArray logVolume() {
    return high.sub(low).log();
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray width = high.sub(low);
    return Draw.of(
        rng.uniform(run(), batch).mul(width).add(low),
        () -> expanded(run().bind(width.log().neg()), batch));
  }

  @Override
  protected NDArray doMean() {
    return low.add(high).mul(0.5);
  }

  @Override
  protected NDArray doVariance() {
    return high.sub(low).square().mul(1.0 / 12);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return value.sub(low).div(high.sub(low)).clip(0, 1);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return high.sub(value).div(high.sub(low)).clip(0, 1);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return high.sub(probability.mul(high.sub(low)));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return probability.mul(high.sub(low)).add(low);
  }

  @Override
  public Uniform withParameters(UnaryOperator<NDArray> operator) {
    return new Uniform(operator.apply(low), operator.apply(high));
  }
}
