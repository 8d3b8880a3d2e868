package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.stream.LongStream;
import org.ppl4j.tensor.Tensors;

/** Vectors of non-negative numbers that sum to 1. */
final class SimplexConstraint extends Constraint {

  /** The rounding error of a sum that a float32 computation leaves behind. */
  private static final double TOLERANCE = 1e-6;

  @Override
  public NDArray check(NDArray value) {
    NDArray negative = Tensors.cast(value.gte(0).logicalNot(), DataType.INT64);
    NDArray sumsToOne = Tensors.sumRight(value, 1).sub(1).abs().lte(TOLERANCE);
    return Tensors.sumRight(negative, 1).eq(0).logicalAnd(sumsToOne);
  }

  @Override
  NDArray excluded(NDArray value) {
    NDArray sumsToOther = Tensors.sumRight(value, 1).sub(1).abs().gt(TOLERANCE);
    return Tensors.any(value.lt(0), -1).logicalOr(sumsToOther);
  }

  @Override
  public int eventDims() {
    return 1;
  }

  @Override
  public NDArray interior(NDArray value) {
    return Tensors.number(1.0 / value.getShape().get(value.getShape().dimension() - 1));
  }

  /** All but the last. */
  @Override
  public long[] coordinates(Shape event) {
    return LongStream.range(0, event.size() - 1).toArray();
  }

  @Override
  public String toString() {
    return "simplex";
  }
}
