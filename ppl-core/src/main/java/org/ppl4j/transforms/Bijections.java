package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.IndependentConstraint;
import org.ppl4j.constraints.Interval;
import org.ppl4j.tensor.Tensors;

/** Bijections without parameters of their own, and the one that belongs to each constraint. */
public final class Bijections {

  private Bijections() {}

  /**
   * The bijection from unconstrained space to a constraint: the identity to the reals, exp to the
   * positive and non-negative numbers (as Stan; softplus to {@code SOFTPLUS_POSITIVE}), the
   * logistic function to intervals, stick-breaking to the simplex (as Stan). The shape of the
   * unconstrained value is its {@code inverseShape}.
   *
   * @throws IllegalArgumentException if the constraint is discrete or has no bijection
   */
  public static Transform to(Constraint constraint) {
    checkArgument(
        !constraint.isDiscrete(),
        "constraint '%s' is discrete, so no bijection from the reals exists;"
            + " sum its values out or give the site a value",
        constraint);
    if (constraint instanceof IndependentConstraint independent) {
      return to(independent.base()).independent(independent.dims());
    }
    if (constraint instanceof Interval interval) {
      return interval.isUnit() ? sigmoid() : interval(interval.low(), interval.high());
    }
    if (constraint == Constraint.REAL) {
      return identity();
    }
    if (constraint == Constraint.POSITIVE || constraint == Constraint.NON_NEGATIVE) {
      return exp();
    }
    if (constraint == Constraint.SOFTPLUS_POSITIVE) {
      return softplus();
    }
    if (constraint == Constraint.SIMPLEX) {
      return stickBreaking();
    }
    throw new IllegalArgumentException(
        "constraint '"
            + constraint
            + "' has no bijection from the reals; use a constraint of this library");
  }

  /** y = x. */
  public static Transform identity() {
    return IdentityTransform.INSTANCE;
  }

  /** y = exp(x), onto the positive numbers. */
  public static Transform exp() {
    return ExpTransform.INSTANCE;
  }

  /** y = 1 / (1 + exp(−x)), onto the unit interval. */
  public static Transform sigmoid() {
    return SigmoidTransform.INSTANCE;
  }

  /** y = log(1 + exp(x)), onto the positive numbers. */
  public static Transform softplus() {
    return SoftplusTransform.INSTANCE;
  }

  /** y = low + (high − low) / (1 + exp(−x)), onto an interval. */
  public static Transform interval(double low, double high) {
    return interval(Tensors.number(low), Tensors.number(high));
  }

  /** y = low + (high − low) / (1 + exp(−x)), onto an interval; the bounds broadcast. */
  public static Transform interval(NDArray low, NDArray high) {
    return new IntervalTransform(low, high);
  }

  /** y = loc + scale · x. */
  public static Transform affine(double loc, double scale) {
    return affine(Tensors.number(loc), Tensors.number(scale));
  }

  /** y = loc + scale · x, elementwise; the parameters broadcast against x. */
  public static Transform affine(NDArray loc, NDArray scale) {
    return AffineTransform.of(loc, scale);
  }

  /** From (*, K − 1) reals onto the (*, K) simplex; 0 goes to the uniform point. */
  public static Transform stickBreaking() {
    return StickBreakingTransform.INSTANCE;
  }
}
