package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;

/** Fixed sets of numbers. */
final class NumberSets {

  private NumberSets() {}

  static Constraint real() {
    return new ElementwiseConstraint("real", x -> true, x -> x.eq(x), x -> x.gt(x), 0, false);
  }

  static Constraint positive() {
    return new ElementwiseConstraint("positive", x -> x > 0, x -> x.gt(0), x -> x.lte(0), 1, false);
  }

  static Constraint softplusPositive() {
    return new ElementwiseConstraint(
        "softplus positive", x -> x > 0, x -> x.gt(0), x -> x.lte(0), 1, false);
  }

  static Constraint nonNegative() {
    return new ElementwiseConstraint(
        "non-negative", x -> x >= 0, x -> x.gte(0), x -> x.lt(0), 1, false);
  }

  static Constraint betweenZeroAndOne() {
    return new ElementwiseConstraint(
        "between 0 and 1",
        x -> x > 0 && x < 1,
        x -> x.gt(0).logicalAnd(x.lt(1)),
        x -> x.lte(0).logicalOr(x.gte(1)),
        0.5,
        false);
  }

  static Constraint belowOne() {
    return new ElementwiseConstraint(
        "from 0 to below 1",
        x -> x >= 0 && x < 1,
        x -> x.gte(0).logicalAnd(x.lt(1)),
        x -> x.lt(0).logicalOr(x.gte(1)),
        0.5,
        false);
  }

  static Constraint aboveZero() {
    return new ElementwiseConstraint(
        "from above 0 to 1",
        x -> x > 0 && x <= 1,
        x -> x.gt(0).logicalAnd(x.lte(1)),
        x -> x.lte(0).logicalOr(x.gt(1)),
        0.5,
        false);
  }

  static Constraint zeroOrOne() {
    return new ElementwiseConstraint(
        "boolean",
        x -> x == 0 || x == 1,
        x -> x.eq(0).logicalOr(x.eq(1)),
        x -> isNeither(x),
        0,
        true);
  }

  static Constraint integer() {
    return new ElementwiseConstraint(
        "integer",
        x -> x == Math.rint(x),
        x -> isWhole(x),
        x -> isBroken(x).logicalOr(x.isInfinite()),
        0,
        true);
  }

  static Constraint nonNegativeInteger() {
    return new ElementwiseConstraint(
        "non-negative integer",
        x -> x >= 0 && x == Math.rint(x),
        x -> x.gte(0).logicalAnd(isWhole(x)),
        x -> x.lt(0).logicalOr(isBroken(x)),
        0,
        true);
  }

  static Constraint positiveInteger() {
    return new ElementwiseConstraint(
        "positive integer",
        x -> x >= 1 && x == Math.rint(x),
        x -> x.gte(1).logicalAnd(isWhole(x)),
        x -> x.lt(1).logicalOr(isBroken(x)),
        1,
        true);
  }

  /** Whether each element is a whole number, which an infinity is not. */
  static NDArray isWhole(NDArray x) {
    return x.mod(1).eq(0);
  }

  /** Whether each element is between whole numbers, which an infinity and a NaN are not. */
  static NDArray isBroken(NDArray x) {
    return x.gt(x.floor());
  }

  /** Whether each element is a number but 0 and 1. */
  static NDArray isNeither(NDArray x) {
    return x.sub(1).mul(x).abs().gt(0);
  }
}
