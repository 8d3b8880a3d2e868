package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** The members of a set without an infinite entry. */
final class FiniteConstraint extends WrappedConstraint {

  FiniteConstraint(Constraint base) {
    super(base);
  }

  @Override
  public NDArray check(NDArray value) {
    return base().check(value).logicalAnd(isInfinite(value).logicalNot());
  }

  @Override
  @Nullable NDArray excluded(NDArray value) {
    NDArray infinite = isInfinite(value);
    if (base().isReal()) {
      return infinite;
    }
    NDArray excluded = base().excluded(value);
    return excluded == null ? null : excluded.logicalOr(infinite);
  }

  private NDArray isInfinite(NDArray value) {
    NDArray any = value.isInfinite();
    for (int i = 0; i < eventDims(); i++) {
      any = Tensors.any(any, -1);
    }
    return any;
  }

  @Override
  NDArray impossibleOrUndefined(NDArray value) {
    return base().impossibleOrUndefined(value);
  }

  /** A plain number is finite. */
  @Override
  public boolean contains(double number) {
    return base().contains(number);
  }

  @Override
  public long[] coordinates(Shape event) {
    return base().coordinates(event);
  }

  @Override
  public String toString() {
    return "finite " + base();
  }
}
