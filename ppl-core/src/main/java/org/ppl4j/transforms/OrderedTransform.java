package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/**
 * Onto vectors whose entries do not decrease: y_1 = x_1 (or exp(x_1), so that all are positive),
 * y_i = y_{i−1} + exp(x_i). The log-determinant is the sum of the x_i that are exponentiated.
 *
 * <p>Source: Stan Reference Manual, "Ordered vector", "Positive ordered vector".
 */
final class OrderedTransform extends Transform {

  static final OrderedTransform REAL = new OrderedTransform(false);
  static final OrderedTransform POSITIVE = new OrderedTransform(true);

  private final boolean positive;

  private OrderedTransform(boolean positive) {
    super(1);
    this.positive = positive;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    long size = last(x);
    if (positive) {
      return new Mapped(x.exp().cumSum(-1), x.sum(new int[] {-1}));
    }
    if (size == 1) {
      return new Mapped(x, Tensors.number(0));
    }
    NDArray logSteps = Tensors.range(x, -1, 1, size);
    NDArray steps = Tensors.concat(List.of(Tensors.range(x, -1, 0, 1), logSteps.exp()), -1);
    return new Mapped(steps.cumSum(-1), logSteps.sum(new int[] {-1}));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    long size = last(y);
    NDArray first = Tensors.range(y, -1, 0, 1);
    NDArray start = positive ? first.log() : first;
    if (size == 1) {
      return new Mapped(start, positive ? start.sum(new int[] {-1}).neg() : Tensors.number(0));
    }
    NDArray logSteps = Tensors.range(y, -1, 1, size).sub(Tensors.range(y, -1, 0, size - 1)).log();
    NDArray x = Tensors.concat(List.of(start, logSteps), -1);
    return new Mapped(x, (positive ? x : logSteps).sum(new int[] {-1}).neg());
  }

  private static long last(NDArray x) {
    return x.getShape().get(x.getShape().dimension() - 1);
  }

  @Override
  public Constraint codomain() {
    return positive ? Constraint.POSITIVE_ORDERED_VECTOR : Constraint.ORDERED_VECTOR;
  }

  @Override
  public String toString() {
    return positive ? "positive ordered" : "ordered";
  }
}
