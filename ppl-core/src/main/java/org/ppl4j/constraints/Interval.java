package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * Numbers from {@code low} to {@code high}, both included. The bounds are plain numbers or tensors
 * that broadcast against the value.
 */
public final class Interval extends Constraint {

  private final NDArray low;
  private final NDArray high;

  Interval(double low, double high) {
    this(Tensors.number(low), Tensors.number(high));
  }

  private Interval(NDArray low, NDArray high) {
    this.low = ofEveryRun(low);
    this.high = ofEveryRun(high);
  }

  static Interval of(NDArray low, NDArray high) {
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    if (a.isPresent() && b.isPresent()) {
      checkArgument(
          a.getAsDouble() < b.getAsDouble(),
          "interval from %s to %s is empty; low must be below high",
          a.getAsDouble(),
          b.getAsDouble());
    }
    return new Interval(low, high);
  }

  /** The lower bound. */
  public NDArray low() {
    return low;
  }

  /** The upper bound. */
  public NDArray high() {
    return high;
  }

  /** Whether this is the interval from 0 to 1. */
  public boolean isUnit() {
    return is(low, 0) && is(high, 1);
  }

  @Override
  public NDArray check(NDArray value) {
    return value.gte(low).logicalAnd(value.lte(high));
  }

  @Override
  NDArray excluded(NDArray value) {
    return value.lt(low).logicalOr(value.gt(high));
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
    return a.isPresent() && b.isPresent() && number >= a.getAsDouble() && number <= b.getAsDouble();
  }

  @Override
  public boolean isFixed() {
    return Tensors.constant(low).isPresent() && Tensors.constant(high).isPresent();
  }

  @Override
  public NDArray interior(NDArray value) {
    return low.add(high).mul(0.5);
  }

  @Override
  public String toString() {
    if (is(low, -Math.PI) && is(high, Math.PI)) {
      return "circular";
    }
    return isUnit() ? "unit interval" : "interval(" + text(low) + ", " + text(high) + ")";
  }

  /** Whether the bounds are the same numbers or the same tensors. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Interval that && same(low, that.low) && same(high, that.high);
  }

  /** That of the numbers; tensors do not count. */
  @Override
  public int hashCode() {
    return 31 * Tensors.constant(low).hashCode() + Tensors.constant(high).hashCode();
  }

  /** Whether two bounds are the same number or the same tensor. */
  static boolean same(NDArray a, NDArray b) {
    OptionalDouble number = Tensors.constant(a);
    return a == b || (number.isPresent() && number.equals(Tensors.constant(b)));
  }

  private static boolean is(NDArray bound, double number) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent() && constant.getAsDouble() == number;
  }

  /** A bound as it reads in a name: the number, or the shape of the tensor. */
  static String text(NDArray bound) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent()
        ? Double.toString(constant.getAsDouble())
        : bound.getShape().toString();
  }
}
