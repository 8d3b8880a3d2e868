package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.DataType;
import com.google.common.primitives.Ints;
import java.util.Arrays;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Shapes;

/** The methods of a tensor that work along its axes: sums, extremes, order. */
abstract class ReducedArray extends RefusedArray {

  final RunArray self() {
    return (RunArray) this;
  }

  final RunArray apply(Op op, Attributes attributes) {
    return Operations.apply(op, attributes, self());
  }

  /**
   * The axis counted from the left.
   *
   * @throws IllegalStateException if it was counted from the left and extra dims stand there
   */
  int axis(int axis) {
    if (axis >= 0) {
      refuseParticles("axis " + axis + " counted from the left");
    }
    return Shapes.axis(getShape(), axis);
  }

  final long[] axes(int... axes) {
    long[] result = new long[axes.length];
    for (int i = 0; i < axes.length; i++) {
      result[i] = axis(axes[i]);
    }
    checkArgument(
        Arrays.stream(result).distinct().count() == result.length,
        "tensor of shape %s is given axes %s, one of them twice; name each once",
        getShape(),
        Arrays.toString(axes));
    return result;
  }

  final void refuseParticles(String what) {
    if (self().hasParticles()) {
      throw new IllegalStateException(
          what
              + " on a tensor with extra left dims (shape "
              + getShape()
              + "): particles, enumerated values or draws stand there; count from the right, or use"
              + " p.pick(values, index) and p.matVec(x, w)");
    }
  }

  // ---------------------------------------------------------------- reductions

  @Override
  public NDArray sum() {
    refuseParticles("sum() over all dims");
    return getShape().dimension() == 0 ? this : apply(Op.SUM_ALL, Attributes.NONE);
  }

  @Override
  public NDArray sum(int[] axes, boolean keepDims) {
    return axes.length == 0 ? this : apply(Op.SUM, Attributes.of(keepDims, axes(axes)));
  }

  /** NaN for a tensor without elements. */
  @Override
  public NDArray mean() {
    return sum().div(getShape().size());
  }

  @Override
  public NDArray mean(int[] axes, boolean keepDims) {
    long count = 1;
    for (long axis : axes(axes)) {
      count *= getShape().get((int) axis);
    }
    return sum(axes, keepDims).div(count);
  }

  @Override
  public NDArray max() {
    return self().flatten().reduceOne(Op.MAX, false, 0);
  }

  @Override
  public NDArray max(int[] axes, boolean keepDims) {
    return reduceEach(Op.MAX, axes, keepDims);
  }

  @Override
  public NDArray min() {
    return self().flatten().reduceOne(Op.MIN, false, 0);
  }

  @Override
  public NDArray min(int[] axes, boolean keepDims) {
    return reduceEach(Op.MIN, axes, keepDims);
  }

  @Override
  public NDArray prod() {
    return self().flatten().reduceOne(Op.PROD, false, 0);
  }

  @Override
  public NDArray prod(int[] axes, boolean keepDims) {
    return reduceEach(Op.PROD, axes, keepDims);
  }

  final RunArray reduceOne(Op op, boolean keep, long axis) {
    return apply(op, Attributes.of(keep, axis));
  }

  /** Reduces one axis after the other, the rightmost first so that the others keep their place. */
  private NDArray reduceEach(Op op, int[] axes, boolean keep) {
    long[] sorted = axes(axes);
    Arrays.sort(sorted);
    RunArray result = self();
    for (int i = sorted.length - 1; i >= 0; i--) {
      result = Operations.apply(op, Attributes.of(keep, sorted[i]), result);
    }
    return result;
  }

  RunArray reduceTruth(Op op, int axis) {
    return apply(op, Attributes.of(false, Shapes.axis(getShape(), axis)));
  }

  @Override
  public NDArray argMax() {
    return self().flatten().reduceOne(Op.ARG_MAX, false, 0);
  }

  @Override
  public NDArray argMax(int axis) {
    return reduceOne(Op.ARG_MAX, false, axis(axis));
  }

  @Override
  public NDArray argMin() {
    return self().flatten().reduceOne(Op.ARG_MIN, false, 0);
  }

  @Override
  public NDArray argMin(int axis) {
    return reduceOne(Op.ARG_MIN, false, axis(axis));
  }

  @Override
  public NDArray norm(int ord, int[] axes, boolean keepDims) {
    checkArgument(ord == 2, "norm has order %s, but only 2 is an operation; use abs and sum", ord);
    return square().sum(axes, keepDims).sqrt();
  }

  @Override
  public NDArray norm(boolean keepDims) {
    int[] all = new int[getShape().dimension()];
    Arrays.setAll(all, i -> -1 - i);
    return norm(2, all, keepDims);
  }

  @Override
  public NDArray normalize(double exponent, long dim, double eps) {
    checkArgument(
        exponent == 2,
        "normalize has exponent %s, but only 2 is an operation; use abs and sum",
        exponent);
    return div(norm(2, new int[] {Ints.saturatedCast(dim)}, true).maximum(eps));
  }

  @Override
  public NDArray cumSum() {
    return self().flatten().cumSum(-1);
  }

  @Override
  public NDArray cumSum(int axis) {
    return apply(Op.CUM_SUM, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray cumProd(int axis) {
    return apply(Op.CUM_PROD, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray softmax(int axis) {
    return apply(Op.SOFTMAX, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray logSoftmax(int axis) {
    return apply(Op.LOG_SOFTMAX, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray sort() {
    return sort(-1);
  }

  @Override
  public NDArray sort(int axis) {
    return apply(Op.SORT, Attributes.of(axis(axis)));
  }

  @Override
  public NDArray argSort(int axis, boolean ascending) {
    RunArray order = apply(Op.ARG_SORT, Attributes.of(axis(axis)));
    return ascending ? order : order.flip(axis);
  }

  @Override
  public NDArray diff(int n, int dim) {
    int at = axis(dim) - getShape().dimension();
    checkArgument(n >= 0, "diff is taken %s times, but needs at least 0", n);
    NDArray result = this;
    for (int i = 0; i < n; i++) {
      long size = result.getShape().get(result.getShape().dimension() + at);
      result = RunIndexer.range(result, at, 1, size).sub(RunIndexer.range(result, at, 0, size - 1));
    }
    return result;
  }

  @Override
  public NDArray all() {
    return self().flatten().reduceTruth(Op.ALL, 0);
  }

  @Override
  public NDArray any() {
    return self().flatten().reduceTruth(Op.ANY, 0);
  }

  @Override
  public NDArray none() {
    return any().logicalNot();
  }

  @Override
  public NDArray countNonzero() {
    return neq(0).sum();
  }

  @Override
  public NDArray countNonzero(int axis) {
    return neq(0).sum(new int[] {axis});
  }

  @Override
  public NDList topK(int k, int axis, boolean largest, boolean sorted) {
    int at = axis(axis);
    checkArgument(
        k >= 0 && k <= getShape().get(at),
        "topK picks %s of a tensor of shape %s along axis %s; pick at most as many as it has",
        k,
        getShape(),
        axis);
    RunArray[] results =
        Operations.applyMany(
            Op.TOP_K,
            Attributes.of(k, at, largest ? 1 : 0, sorted ? 1 : 0),
            new DataType[] {getDataType(), DataType.INT64},
            self());
    return new NDList(results[0], results[1]);
  }
}
