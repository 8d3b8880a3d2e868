package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** Numbers on one side of a bound, which is a plain number or a tensor that broadcasts. */
public final class HalfLine extends Constraint {

  private final NDArray bound;
  private final boolean above;
  private final boolean strict;

  HalfLine(NDArray bound, boolean above, boolean strict) {
    this.bound = ofEveryRun(bound);
    this.above = above;
    this.strict = strict;
  }

  /** The bound. */
  public NDArray bound() {
    return bound;
  }

  /** Whether members are above the bound, not below it. */
  public boolean isAbove() {
    return above;
  }

  /** Whether the bound itself is not a member. */
  public boolean isStrict() {
    return strict;
  }

  @Override
  public NDArray check(NDArray value) {
    if (above) {
      return strict ? value.gt(bound) : value.gte(bound);
    }
    return strict ? value.lt(bound) : value.lte(bound);
  }

  @Override
  NDArray excluded(NDArray value) {
    if (above) {
      return strict ? value.lte(bound) : value.lt(bound);
    }
    return strict ? value.gte(bound) : value.gt(bound);
  }

  @Override
  public boolean contains(double number) {
    OptionalDouble limit = Tensors.constant(bound);
    if (limit.isEmpty() || !Double.isFinite(number)) {
      return false;
    }
    double beyond = above ? number - limit.getAsDouble() : limit.getAsDouble() - number;
    return strict ? beyond > 0 : beyond >= 0;
  }

  @Override
  public boolean isFixed() {
    return Tensors.constant(bound).isPresent();
  }

  /** Away from the bound by 1, or by its own size if that is more. */
  @Override
  public NDArray interior(NDArray value) {
    NDArray step = bound.abs().maximum(1);
    return above ? bound.add(step) : bound.sub(step);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof HalfLine that
        && above == that.above
        && strict == that.strict
        && Bounded.same(bound, that.bound);
  }

  /** That of the number; a tensor does not count. */
  @Override
  public int hashCode() {
    return Tensors.constant(bound).hashCode() + (above ? 1 : 0) + (strict ? 2 : 0);
  }

  @Override
  public String toString() {
    String relation = above ? (strict ? "above " : "at least ") : (strict ? "below " : "at most ");
    return relation + Interval.text(bound);
  }
}
