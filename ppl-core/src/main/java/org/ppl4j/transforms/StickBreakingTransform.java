package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * From K − 1 reals onto the K-simplex, as Stan: of the stick that is left, z_k = σ(x_k − log(K −
 * k)) is broken off, k = 1 … K − 1; the rest is y_K. x = 0 goes to the uniform point.
 *
 * <p>The log-determinant, of the map to the first K − 1 coordinates, is Σ log y_k over all K
 * coordinates: ∂y_k/∂x_k = y_k (1 − z_k), and the product of all 1 − z_k is y_K. Computed in log
 * space: finite wherever log y is.
 *
 * <p>Source: Stan Reference Manual, "Unit simplex".
 */
final class StickBreakingTransform extends Transform {

  static final StickBreakingTransform INSTANCE = new StickBreakingTransform();

  private StickBreakingTransform() {
    super(1);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    long size = last(x.getShape());
    NDArray shifted = x.sub(offsets(x, size));
    NDArray minusLogKept = Special.softplus(shifted);
    NDArray minusLogLeft = minusLogKept.cumSum(-1);
    NDArray head = Special.logSigmoid(shifted).sub(minusLogLeft.sub(minusLogKept));
    NDArray rest = Tensors.range(minusLogLeft, -1, size - 1, size).neg();
    NDArray logY = NDArrays.concat(new NDList(head, rest), -1);
    NDArray y = LogDistances.carried(logY.exp(), 0, () -> logY);
    return new Mapped(y, logY.sum(new int[] {-1}));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    long size = last(y.getShape()) - 1;
    NDArray logY = LogDistances.of(y, 0);
    NDArray left = y.flip(-1).cumSum(-1).flip(-1);
    NDArray logLeft = Tensors.range(left, -1, 1, size + 1).log();
    NDArray x = Tensors.range(logY, -1, 0, size).sub(logLeft).add(offsets(y, size));
    return new Mapped(x, logY.sum(new int[] {-1}).neg());
  }

  /** log(K − k) for k = 1 … K − 1. */
  private static NDArray offsets(NDArray like, long size) {
    Run run = Tensors.run(like);
    double[] offsets = new double[Math.toIntExact(size)];
    for (int k = 0; k < size; k++) {
      offsets[k] = Math.log((double) (size - k));
    }
    return run.create(offsets, new Shape(size));
  }

  private static long last(Shape shape) {
    return shape.get(shape.dimension() - 1);
  }

  @Override
  public Constraint codomain() {
    return Constraint.SIMPLEX;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return resized(shape, 1);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    checkArgument(
        last(shape) > 1, "a simplex needs at least 2 entries, but the shape is %s", shape);
    return resized(shape, -1);
  }

  private static Shape resized(Shape shape, int by) {
    return Shapes.concat(Shapes.dropRight(shape, 1), new Shape(last(shape) + by));
  }

  @Override
  public String toString() {
    return "stick-breaking";
  }
}
