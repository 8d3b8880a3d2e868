package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Tensors;

/**
 * A set of tensors: the support of a distribution, the range of a parameter, the codomain of a
 * transform.
 *
 * <p>Its rightmost {@link #eventDims()} dimensions belong to one member: 0 for {@code positive}, 1
 * for {@code simplex}. Membership of a tensor of shape {@code (*, event)} is a boolean tensor of
 * shape {@code (*)}. A NaN is a member of no constraint.
 */
// Subclasses of this package are made by this class alone, so it is always initialised first.
@SuppressWarnings("ClassInitializationDeadlock")
public abstract class Constraint {

  /** Every number that is not NaN. */
  public static final Constraint REAL =
      new ElementwiseConstraint("real", x -> true, x -> x.eq(x), 0, false);

  /** Numbers above 0; unconstrained by the logarithm. */
  public static final Constraint POSITIVE =
      new ElementwiseConstraint("positive", x -> x > 0, x -> x.gt(0), 1, false);

  /** Numbers above 0; unconstrained by the inverse of softplus, which is linear in the tail. */
  public static final Constraint SOFTPLUS_POSITIVE =
      new ElementwiseConstraint("softplus positive", x -> x > 0, x -> x.gt(0), 1, false);

  /** Numbers of at least 0. */
  public static final Constraint NON_NEGATIVE =
      new ElementwiseConstraint("non-negative", x -> x >= 0, x -> x.gte(0), 1, false);

  /** Numbers from 0 to 1, both included. */
  public static final Constraint UNIT_INTERVAL = new Interval(0, 1);

  /** 0 and 1. */
  public static final Constraint BOOLEAN =
      new ElementwiseConstraint(
          "boolean", x -> x == 0 || x == 1, x -> x.eq(0).logicalOr(x.eq(1)), 0, true);

  /** Whole numbers from 0 on. */
  public static final Constraint NON_NEGATIVE_INTEGER =
      new ElementwiseConstraint(
          "non-negative integer",
          x -> x >= 0 && x == Math.rint(x),
          x -> x.gte(0).logicalAnd(x.eq(x.floor())),
          0,
          true);

  /** Whole numbers from 1 on. */
  public static final Constraint POSITIVE_INTEGER =
      new ElementwiseConstraint(
          "positive integer",
          x -> x >= 1 && x == Math.rint(x),
          x -> x.gte(1).logicalAnd(x.eq(x.floor())),
          1,
          true);

  /** Vectors {@code (K)} of non-negative numbers that sum to 1, to a tolerance of 1e-6. */
  public static final Constraint SIMPLEX = new SimplexConstraint();

  /** For subclasses. */
  protected Constraint() {}

  /**
   * Numbers from {@code low} to {@code high}, both included.
   *
   * @throws IllegalArgumentException if {@code low} is not below {@code high}
   */
  public static Constraint interval(double low, double high) {
    return Interval.of(Tensors.number(low), Tensors.number(high));
  }

  /** Numbers from {@code low} to {@code high}, both included; the bounds broadcast. */
  public static Constraint interval(NDArray low, NDArray high) {
    return Interval.of(low, high);
  }

  /**
   * Integers from {@code low} to {@code high}, both included.
   *
   * @throws IllegalArgumentException if {@code low} is above {@code high}
   */
  public static Constraint integerInterval(long low, long high) {
    return IntegerInterval.of(low, high);
  }

  /**
   * Tensors all of whose entries along the {@code dims} rightmost batch dimensions of {@code base}
   * are members of it; {@code base} itself for 0.
   */
  public static Constraint independent(Constraint base, int dims) {
    return dims == 0 ? base : IndependentConstraint.of(base, dims);
  }

  /**
   * Which members of a batch belong to this set.
   *
   * @param value {@code (*, event)}
   * @return booleans {@code (*)}
   */
  public abstract NDArray check(NDArray value);

  /**
   * Whether a plain finite number belongs to this set; false for every number if a member has event
   * dimensions or the bounds are tensors.
   */
  public boolean contains(double number) {
    return false;
  }

  /**
   * The constraint that each element must satisfy for itself, if that is all there is to
   * membership; else this.
   */
  public Constraint elementwise() {
    return this;
  }

  /** How many rightmost dimensions make up one member. */
  public int eventDims() {
    return 0;
  }

  /** Whether members are integers or booleans, so that no bijection from the reals exists. */
  public boolean isDiscrete() {
    return false;
  }

  /** Whether every tensor without a NaN is a member, so that no check is needed. */
  public boolean isReal() {
    return this == REAL;
  }

  /**
   * A member far from the boundary, as a constant or a tensor that broadcasts against {@code
   * value}: what {@code where} puts in the place of a value outside, so that the branch not taken
   * has no NaN in value or gradient.
   *
   * @param value {@code (*, event)}, of which only the shape counts
   */
  public abstract NDArray interior(NDArray value);

  /**
   * The value where it is a member, {@link #interior} elsewhere.
   *
   * @param value {@code (*, event)}
   * @param member booleans that broadcast against {@code (*)}, for instance of {@link #check}
   */
  public final NDArray inside(NDArray value, NDArray member) {
    NDArray each = member;
    for (int i = 0; i < eventDims(); i++) {
      each = each.expandDims(-1);
    }
    return Tensors.where(each, value, interior(value));
  }

  /** The name in lower case with the bounds if there are any, e.g. {@code positive}. */
  @Override
  public abstract String toString();
}
