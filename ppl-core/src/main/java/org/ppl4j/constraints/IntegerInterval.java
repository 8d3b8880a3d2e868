package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.ppl4j.tensor.Tensors;

/**
 * Integers from {@code low} to {@code high}, both included. The bounds are plain numbers or tensors
 * that broadcast against the value.
 */
public final class IntegerInterval extends Bounded {

  private IntegerInterval(NDArray low, NDArray high) {
    super(low, high);
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

  @Override
  public NDArray check(NDArray value) {
    NDArray inRange = super.check(value);
    return value.getDataType().isInteger()
        ? inRange
        : inRange.logicalAnd(NumberSets.isWhole(value));
  }

  @Override
  NDArray excluded(NDArray value) {
    NDArray outOfRange = super.excluded(value);
    return value.getDataType().isInteger()
        ? outOfRange
        : outOfRange.logicalOr(NumberSets.isBroken(value));
  }

  @Override
  public boolean contains(double number) {
    return super.contains(number) && number == Math.rint(number);
  }

  @Override
  public boolean isDiscrete() {
    return true;
  }

  @Override
  public NDArray interior(NDArray value) {
    return low;
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
