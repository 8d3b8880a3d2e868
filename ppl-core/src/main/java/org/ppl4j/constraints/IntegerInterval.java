package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * Integers from {@code low} to {@code high}, both included. The bounds are plain numbers or tensors
 * that broadcast against the value.
 */
public final class IntegerInterval extends Constraint {

  private final NDArray low;
  private final NDArray high;

  private IntegerInterval(NDArray low, NDArray high) {
    this.low = ofEveryRun(low);
    this.high = ofEveryRun(high);
  }

  static IntegerInterval of(NDArray low, NDArray high) {
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    if (a.isPresent() && b.isPresent()) {
      checkArgument(
          a.getAsDouble() <= b.getAsDouble(),
          "integer interval from %s to %s is empty; low must be at most high",
          text(low),
          text(high));
    }
    return new IntegerInterval(low, high);
  }

  /** The smallest member. */
  public NDArray low() {
    return low;
  }

  /** The largest member. */
  public NDArray high() {
    return high;
  }

  @Override
  public NDArray check(NDArray value) {
    NDArray inRange = value.gte(low).logicalAnd(value.lte(high));
    return value.getDataType().isInteger()
        ? inRange
        : inRange.logicalAnd(NumberSets.isWhole(value));
  }

  @Override
  NDArray excluded(NDArray value) {
    NDArray outOfRange = value.lt(low).logicalOr(value.gt(high));
    return value.getDataType().isInteger()
        ? outOfRange
        : outOfRange.logicalOr(NumberSets.isBroken(value));
  }

  /** Of bounds that are tensors too. */
  @Override
  NDArray impossibleOrUndefined(NDArray value) {
    return isFixed()
        ? super.impossibleOrUndefined(value)
        : high.maximum(value).maximum(low).minimum(Double.NEGATIVE_INFINITY);
  }

  @Override
  public boolean contains(double number) {
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    return a.isPresent()
        && b.isPresent()
        && number >= a.getAsDouble()
        && number <= b.getAsDouble()
        && number == Math.rint(number);
  }

  @Override
  public boolean isDiscrete() {
    return true;
  }

  @Override
  public boolean isFixed() {
    return Tensors.constant(low).isPresent() && Tensors.constant(high).isPresent();
  }

  @Override
  public NDArray interior(NDArray value) {
    return low;
  }

  /** Whether the bounds are the same numbers or the same tensors. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IntegerInterval that
        && Interval.same(low, that.low)
        && Interval.same(high, that.high);
  }

  /** That of the numbers; tensors do not count. */
  @Override
  public int hashCode() {
    return 31 * Tensors.constant(low).hashCode() + Tensors.constant(high).hashCode();
  }

  @Override
  public String toString() {
    return "integer interval(" + text(low) + ", " + text(high) + ")";
  }

  private static String text(NDArray bound) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent()
        ? Long.toString((long) constant.getAsDouble())
        : bound.getShape().toString();
  }
}
