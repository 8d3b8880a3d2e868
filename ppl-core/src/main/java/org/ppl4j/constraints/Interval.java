package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.ppl4j.tensor.Tensors;

/**
 * Numbers from {@code low} to {@code high}, both included. The bounds are plain numbers or tensors
 * that broadcast against the value.
 */
public final class Interval extends Bounded {

  Interval(double low, double high) {
    this(Tensors.number(low), Tensors.number(high));
  }

  private Interval(NDArray low, NDArray high) {
    super(low, high);
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

  /** Whether this is the interval from 0 to 1. */
  public boolean isUnit() {
    return is(low, 0) && is(high, 1);
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
