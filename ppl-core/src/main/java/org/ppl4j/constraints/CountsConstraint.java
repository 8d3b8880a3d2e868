package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;

/** Vectors of whole numbers from 0 on with a given sum, which is a plain number or a tensor. */
final class CountsConstraint extends Constraint {

  private final NDArray count;

  private CountsConstraint(NDArray count) {
    this.count = count;
  }

  static CountsConstraint of(NDArray count) {
    OptionalDouble number = Tensors.constant(count);
    checkArgument(
        number.isEmpty() || NON_NEGATIVE_INTEGER.contains(number.getAsDouble()),
        "multinomial vectors cannot sum to %s; pass a whole number of at least 0",
        number.orElse(0));
    return new CountsConstraint(count);
  }

  @Override
  public NDArray check(NDArray value) {
    return Tensors.all(NON_NEGATIVE_INTEGER.check(value), -1)
        .logicalAnd(value.sum(new int[] {-1}).eq(count));
  }

  @Override
  NDArray excluded(NDArray value) {
    NDArray sumsToOther = value.sum(new int[] {-1}).sub(count).abs().gt(0);
    return Tensors.any(value.lt(0).logicalOr(NumberSets.isBroken(value)), -1)
        .logicalOr(sumsToOther);
  }

  @Override
  public int eventDims() {
    return 1;
  }

  @Override
  public boolean isDiscrete() {
    return true;
  }

  @Override
  public boolean isFixed() {
    return Tensors.constant(count).isPresent();
  }

  /** The whole count in the first entry. */
  @Override
  public NDArray interior(NDArray value) {
    double[] first = new double[Math.toIntExact(last(value.getShape()))];
    first[0] = 1;
    NDArray one = Tensors.run(value).create(first, new Shape(first.length));
    return one.mul(Tensors.constant(count).isPresent() ? count : count.expandDims(-1));
  }

  private static long last(Shape shape) {
    return shape.get(shape.dimension() - 1);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CountsConstraint that && Bounded.same(count, that.count);
  }

  /** That of the number; a tensor does not count. */
  @Override
  public int hashCode() {
    return Tensors.constant(count).hashCode();
  }

  @Override
  public String toString() {
    return "multinomial(" + Interval.text(count) + ")";
  }
}
