package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The stereographic projection from (*, K − 1) reals onto the unit sphere (*, K) less one point:
 *
 * <pre>{@code
 * y = (2 x, 1 − |x|²) / (1 + |x|²),   log |det| = (K − 1) (log 2 − log(1 + |x|²))
 * }</pre>
 *
 * the latter per unit of surface. 0 goes to the pole (0, …, 0, 1); what is far out goes near the
 * opposite pole, the one point that is missed. It is taken rather than angles because it scales all
 * directions alike, has no other singularity, and takes the same few operations in any dimension.
 */
final class StereographicTransform extends Transform {

  static final StereographicTransform INSTANCE = new StereographicTransform();

  private StereographicTransform() {
    super(1);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray square = x.square().sum(new int[] {-1}, true);
    NDArray scale = square.add(1);
    NDArray y = Tensors.concat(List.of(x.mul(2), Tensors.number(1).sub(square)), -1).div(scale);
    return new Mapped(y, logDet(square.squeeze(-1), last(x.getShape())));
  }

  /** x = h / (1 + y_K) with h the other coordinates; 1 + y_K is |h|² / (1 − y_K) near the pole. */
  @Override
  protected Mapped doInverse(NDArray y) {
    long size = last(y.getShape());
    NDArray others = Tensors.range(y, -1, 0, size - 1);
    NDArray pole = Tensors.range(y, -1, size - 1, size);
    NDArray square = others.square().sum(new int[] {-1}, true);
    NDArray distance = pole.abs().add(1);
    NDArray x = others.div(Tensors.where(pole.lt(0), square.div(distance), distance));
    return new Mapped(x, logDet(x.square().sum(new int[] {-1}), size - 1).neg());
  }

  private static NDArray logDet(NDArray square, long dims) {
    return Special.log1p(square).sub(Math.log(2)).mul(-dims);
  }

  private static long last(Shape shape) {
    return shape.get(shape.dimension() - 1);
  }

  @Override
  public Constraint codomain() {
    return Constraint.SPHERE;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(last(shape) + 1));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    checkArgument(last(shape) > 1, "a sphere needs at least 2 entries, but the shape is %s", shape);
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(last(shape) - 1));
  }

  @Override
  public String toString() {
    return "stereographic";
  }
}
