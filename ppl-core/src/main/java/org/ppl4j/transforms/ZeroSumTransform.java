package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * From (*, K − 1) reals onto the (*, K) vectors of sum 0, without stretching: the reflection of R^K
 * that takes the last axis to the direction (1, …, 1) / √K, applied to (x, 0). With s = Σ x,
 *
 * <pre>{@code
 * y_i = x_i − s / (√K (√K + 1))  for i < K,   y_K = −s / √K
 * }</pre>
 *
 * The log-determinant, per unit of surface of the plane, is 0.
 */
final class ZeroSumTransform extends Transform {

  static final ZeroSumTransform INSTANCE = new ZeroSumTransform();

  private ZeroSumTransform() {
    super(1);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    double root = Math.sqrt((double) last(x.getShape()) + 1);
    NDArray sum = x.sum(new int[] {-1}, true);
    NDArray y =
        Tensors.concat(List.of(x.sub(sum.mul(1 / (root * (root + 1)))), sum.mul(-1 / root)), -1);
    return new Mapped(y, Tensors.number(0));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    long size = last(y.getShape());
    NDArray share = Tensors.range(y, -1, size - 1, size).mul(1 / (Math.sqrt((double) size) + 1));
    return new Mapped(Tensors.range(y, -1, 0, size - 1).sub(share), Tensors.number(0));
  }

  private static long last(Shape shape) {
    return shape.get(shape.dimension() - 1);
  }

  @Override
  public Constraint codomain() {
    return Constraint.ZERO_SUM;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(last(shape) + 1));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    checkArgument(
        last(shape) > 1, "a zero-sum vector needs at least 2 entries, but the shape is %s", shape);
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(last(shape) - 1));
  }

  @Override
  public String toString() {
    return "zero-sum";
  }
}
