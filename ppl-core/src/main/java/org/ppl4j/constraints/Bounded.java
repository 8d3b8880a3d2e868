package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** Numbers between two bounds, which are plain numbers or tensors, for every run. */
abstract class Bounded extends Constraint {

  final NDArray low;
  final NDArray high;

  Bounded(NDArray low, NDArray high) {
    this.low = ofEveryRun(low);
    this.high = ofEveryRun(high);
  }

  /** The smallest member. */
  public final NDArray low() {
    return low;
  }

  /** The largest member. */
  public final NDArray high() {
    return high;
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
  final NDArray impossibleOrUndefined(NDArray value) {
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
  public final boolean isFixed() {
    return Tensors.constant(low).isPresent() && Tensors.constant(high).isPresent();
  }

  /** Whether the bounds are the same numbers or the same tensors. */
  @Override
  public final boolean equals(@Nullable Object other) {
    return other instanceof Bounded that
        && isDiscrete() == that.isDiscrete()
        && same(low, that.low)
        && same(high, that.high);
  }

  /** Whether two bounds are the same number or the same tensor. */
  static boolean same(NDArray a, NDArray b) {
    OptionalDouble number = Tensors.constant(a);
    return a == b || (number.isPresent() && number.equals(Tensors.constant(b)));
  }

  /** That of the numbers; tensors do not count. */
  @Override
  public final int hashCode() {
    return 31 * Tensors.constant(low).hashCode() + Tensors.constant(high).hashCode();
  }
}
