package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** Integers from {@code low} to {@code high}, both included. */
public final class IntegerInterval extends Constraint {

  private final long low;
  private final long high;
  private final NDArray interior;

  private IntegerInterval(long low, long high) {
    this.low = low;
    this.high = high;
    this.interior = Tensors.number((double) low);
  }

  static IntegerInterval of(long low, long high) {
    checkArgument(
        low <= high,
        "integer interval from %s to %s is empty; low must be at most high",
        low,
        high);
    return new IntegerInterval(low, high);
  }

  /** The smallest member. */
  public long low() {
    return low;
  }

  /** The largest member. */
  public long high() {
    return high;
  }

  @Override
  public NDArray check(NDArray value) {
    NDArray inRange = value.gte(low).logicalAnd(value.lte(high));
    return value.getDataType().isInteger() ? inRange : inRange.logicalAnd(value.eq(value.floor()));
  }

  @Override
  public boolean contains(double number) {
    return number >= low && number <= high && number == Math.rint(number);
  }

  @Override
  public boolean isDiscrete() {
    return true;
  }

  @Override
  public NDArray interior(NDArray value) {
    return interior;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IntegerInterval that && low == that.low && high == that.high;
  }

  @Override
  public int hashCode() {
    return 31 * Long.hashCode(low) + Long.hashCode(high);
  }

  @Override
  public String toString() {
    return "integer interval(" + low + ", " + high + ")";
  }
}
