package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/**
 * Members of any of several sets, all of as many event dims; what the components of a mixture can
 * be.
 */
final class UnionConstraint extends Constraint {

  private final ImmutableList<Constraint> parts;

  private UnionConstraint(List<Constraint> parts) {
    this.parts = ImmutableList.copyOf(parts);
  }

  static Constraint of(List<Constraint> parts) {
    Constraint first = parts.get(0);
    return parts.stream().allMatch(first::equals) ? first : new UnionConstraint(parts);
  }

  @Override
  public NDArray check(NDArray value) {
    return parts.stream().map(part -> part.check(value)).reduce(NDArray::logicalOr).orElseThrow();
  }

  @Override
  public int eventDims() {
    return parts.get(0).eventDims();
  }

  @Override
  boolean isWhole() {
    return false;
  }

  @Override
  public boolean isDiscrete() {
    return parts.get(0).isDiscrete();
  }

  /** Whether one of the sets is all numbers. */
  @Override
  public boolean isReal() {
    return parts.stream().anyMatch(Constraint::isReal);
  }

  @Override
  public boolean isFixed() {
    return parts.stream().allMatch(Constraint::isFixed);
  }

  @Override
  public NDArray interior(NDArray value) {
    return parts.get(0).interior(value);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof UnionConstraint that && parts.equals(that.parts);
  }

  @Override
  public int hashCode() {
    return Objects.hash(parts);
  }

  @Override
  public String toString() {
    return String.join(" or ", parts.stream().map(Constraint::toString).toList());
  }

  /** Numbers in a set for any entry of the rightmost dim of its bounds. */
  static final class OfBounds extends WrappedConstraint {

    OfBounds(Constraint base) {
      super(base);
    }

    @Override
    public NDArray check(NDArray value) {
      return Tensors.any(base().check(value.expandDims(-1)), -1);
    }

    /** That of the first entry. */
    @Override
    public NDArray interior(NDArray value) {
      NDArray all = base().interior(value);
      return all.getShape().dimension() == 0 ? all : Tensors.range(all, -1, 0, 1).squeeze(-1);
    }

    @Override
    public String toString() {
      return "any " + base();
    }
  }
}
