package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.tensor.table.Attributes;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Shapes;

/** The methods of a tensor that concern its shape: reshaping, indexing, products of matrices. */
abstract class ShapedArray extends ReducedArray {

  // ---------------------------------------------------------------- shape

  @Override
  public NDArray reshape(Shape shape) {
    refuseParticles("reshape");
    return reshaped(shape);
  }

  /** The same elements in another shape; one size may be −1. */
  RunArray reshaped(Shape target) {
    long[] sizes = target.getShape().clone();
    long known = 1;
    int open = -1;
    for (int i = 0; i < sizes.length; i++) {
      if (sizes[i] < 0) {
        checkArgument(
            open < 0,
            "tensor of shape %s cannot be reshaped to %s, which leaves two sizes open; leave one",
            getShape(),
            target);
        open = i;
      } else {
        known *= sizes[i];
      }
    }
    long size = getShape().size();
    if (open >= 0) {
      checkArgument(
          known > 0,
          "tensor of shape %s cannot be reshaped to %s, whose open size may be any; say which",
          getShape(),
          target);
      sizes[open] = size / known;
      known *= sizes[open];
    }
    checkArgument(
        known == size,
        "tensor of shape %s has %s elements and cannot be reshaped to %s; pass a shape of as many",
        getShape(),
        size,
        target);
    Shape shape = new Shape(sizes);
    return shape.equals(getShape()) ? self() : apply(Op.RESHAPE, Attributes.of(sizes));
  }

  @Override
  public RunArray flatten() {
    refuseParticles("flatten()");
    return reshaped(new Shape(getShape().size()));
  }

  @Override
  public NDArray flatten(int startDim, int endDim) {
    int start = axis(startDim);
    int end = axis(endDim);
    Shape shape = getShape();
    checkArgument(
        start <= end,
        "tensor of shape %s cannot be flattened from axis %s to %s; pass the left one first",
        shape,
        startDim,
        endDim);
    Shape middle = new Shape(shape.slice(start, end + 1).size());
    return reshaped(
        Shapes.concat(Shapes.concat(shape.slice(0, start), middle), shape.slice(end + 1)));
  }

  @Override
  public NDArray expandDims(int axis) {
    int rank = getShape().dimension();
    checkArgument(
        axis >= -rank - 1 && axis <= rank,
        "tensor of shape %s has no place %s for a dim; use one from %s to %s",
        getShape(),
        axis,
        -rank - 1,
        rank);
    if (axis >= 0) {
      refuseParticles("expandDims(" + axis + ") counted from the left");
    }
    return reshaped(Shapes.inserted(getShape(), axis < 0 ? axis + rank + 1 : axis, 1));
  }

  @Override
  public NDArray squeeze(int[] axes) {
    long[] at = axes(axes);
    for (long axis : at) {
      checkArgument(
          getShape().get((int) axis) == 1,
          "tensor of shape %s has size %s at axis %s and cannot be squeezed there; only size 1 can",
          getShape(),
          getShape().get((int) axis),
          axis);
    }
    return reshaped(Shapes.reduced(getShape(), at, false));
  }

  @Override
  public NDArray broadcast(Shape shape) {
    if (shape.equals(getShape())) {
      return this;
    }
    checkArgument(
        Shapes.isBroadcastable(getShape(), shape),
        "tensor of shape %s does not broadcast to %s; dims are counted from the right and must be"
            + " equal or 1",
        getShape(),
        shape);
    checkSizes("shape to broadcast to", shape.getShape());
    return apply(Op.EXPAND, Attributes.of(shape.getShape()));
  }

  @Override
  public NDArray transpose() {
    int rank = getShape().dimension();
    int[] axes = new int[rank];
    Arrays.setAll(axes, i -> -1 - i);
    return transpose(axes);
  }

  @Override
  public NDArray transpose(int... axes) {
    checkArgument(
        axes.length == getShape().dimension(),
        "tensor of shape %s has %s axes, but %s are given; name each once",
        getShape(),
        getShape().dimension(),
        axes.length);
    return apply(Op.PERMUTE, Attributes.of(axes(axes)));
  }

  @Override
  public NDArray swapAxes(int first, int second) {
    long[] order = new long[getShape().dimension()];
    Arrays.setAll(order, i -> i);
    int a = axis(first);
    int b = axis(second);
    order[a] = b;
    order[b] = a;
    return apply(Op.PERMUTE, Attributes.of(order));
  }

  @Override
  public NDArray flip(int... axes) {
    return apply(Op.FLIP, Attributes.of(axes(axes)));
  }

  @Override
  public NDArray pad(Shape padding, double value) {
    checkArgument(
        padding.dimension() % 2 == 0 && padding.dimension() <= 2 * getShape().dimension(),
        "padding %s of a tensor of shape %s must have two sizes an axis: before and after, the last"
            + " axis first",
        padding,
        getShape());
    checkSizes("padding", padding.getShape());
    return apply(Op.PAD, Attributes.of(new double[] {value}, padding.getShape()));
  }

  @Override
  public NDArray tile(long[] repeats) {
    refuseParticles("tile");
    checkArgument(
        repeats.length >= getShape().dimension(),
        "tile repeats %s axes, but the tensor has shape %s; say how often for each axis",
        repeats.length,
        getShape());
    checkSizes("tile", repeats);
    return apply(Op.REPEAT, Attributes.of(repeats));
  }

  @Override
  public NDArray repeat(int axis, long repeats) {
    checkSizes("repeat", repeats);
    return apply(Op.REPEAT_INTERLEAVE, Attributes.of(repeats, axis(axis)));
  }

  private static void checkSizes(String what, long... sizes) {
    for (long size : sizes) {
      checkArgument(size >= 0, "%s has %s, but needs at least 0", what, size);
    }
  }

  @Override
  public NDArray diagonal() {
    return diagonal(0);
  }

  @Override
  public NDArray diagonal(int offset) {
    checkArgument(
        getShape().dimension() == 2,
        "tensor of shape %s has not two dims, and which of them the diagonal is of must be said;"
            + " use Linalg.diagonal(x) for the two rightmost, or diagonal(offset, axis1, axis2)",
        getShape());
    return diagonal(offset, -2, -1);
  }

  @Override
  public NDArray diagonal(int offset, int axis1, int axis2) {
    long[] axes = axes(axis1, axis2);
    return apply(Op.DIAGONAL, Attributes.of(offset, axes[0], axes[1]));
  }

  @Override
  public NDArray trace(int offset, int axis1, int axis2) {
    return diagonal(offset, axis1, axis2).sum(new int[] {-1});
  }

  @Override
  public NDList split(long sections, int axis) {
    int at = axis(axis);
    long size = getShape().get(at);
    checkArgument(
        sections > 0 && size % sections == 0,
        "tensor of shape %s has size %s at axis %s and cannot be split into %s equal pieces; pass"
            + " the indices to split at",
        getShape(),
        size,
        axis,
        sections);
    long[] sizes = new long[(int) sections];
    Arrays.fill(sizes, size / sections);
    return pieces(at, sizes);
  }

  @Override
  public NDList split(long[] indices, int axis) {
    int at = axis(axis);
    long[] sizes = new long[indices.length + 1];
    long before = 0;
    for (int i = 0; i < indices.length; i++) {
      sizes[i] = indices[i] - before;
      before = indices[i];
    }
    sizes[indices.length] = getShape().get(at) - before;
    return pieces(at, sizes);
  }

  /** One operation that cuts the axis into pieces of these sizes. */
  NDList pieces(int axis, long[] sizes) {
    checkArgument(
        Arrays.stream(sizes).allMatch(size -> size >= 0)
            && Arrays.stream(sizes).sum() == getShape().get(axis),
        "tensor of shape %s has size %s at axis %s and cannot be split into pieces of sizes %s;"
            + " pass rising indices, or sizes that add up",
        getShape(),
        getShape().get(axis),
        axis,
        Arrays.toString(sizes));
    DataType[] types = new DataType[sizes.length];
    Arrays.fill(types, getDataType());
    NDList result = new NDList(sizes.length);
    Attributes attributes = Attributes.of(new long[] {axis}, sizes, new long[0]);
    for (RunArray piece : Operations.applyMany(Op.SPLIT, attributes, types, self())) {
      result.add(piece);
    }
    return result;
  }

  // ---------------------------------------------------------------- indices

  @Override
  public NDArray get(NDIndex index) {
    refuseParticles("get(" + index.getRank() + " indices)");
    return new RunIndexer().get(this, index);
  }

  @Override
  public NDArray get(NDManager manager, NDIndex index) {
    return get(index);
  }

  @Override
  public NDArray get(NDManager manager, long... indices) {
    return get(new NDIndex(indices));
  }

  @Override
  public NDArray get(NDArray index) {
    refuseParticles("get(NDArray)");
    return RunIndexer.select(self(), index(index), 0);
  }

  @Override
  public NDArray take(NDArray index) {
    return flatten().get(index);
  }

  @Override
  public NDArray take(NDManager manager, NDArray index) {
    return take(index);
  }

  @Override
  public NDArray gather(NDArray index, int axis) {
    return Operations.apply(Op.GATHER, Attributes.of(axis(axis)), self(), index(index));
  }

  @Override
  public NDArray scatter(NDArray index, NDArray value, int axis) {
    return Operations.apply(
        Op.SCATTER,
        Attributes.of(axis(axis)),
        self(),
        index(index),
        Operations.operand(self().run(), value));
  }

  /** An index as int64; one of truth values would make the shape depend on values. */
  private RunArray index(NDArray index) {
    RunArray operand = Operations.operand(self().run(), index);
    if (operand.getDataType() == DataType.BOOLEAN) {
      throw Refusal.of("NDArray", "booleanMask");
    }
    return Operations.index(operand);
  }

  @Override
  public NDArray oneHot(int depth, float onValue, float offValue, DataType dataType) {
    checkArgument(
        depth > 0,
        "oneHot has depth %s, but needs at least 1; pass the number of categories",
        depth);
    NDArray hot = Operations.apply(Op.ONE_HOT, Attributes.of((long) depth), index(self()));
    return onValue == 1 && offValue == 0
        ? hot.toType(dataType, false)
        : hot.mul(onValue - offValue).add(offValue).toType(dataType, false);
  }

  // ---------------------------------------------------------------- products

  @Override
  public NDArray matMul(NDArray other) {
    RunArray that = self().operand(other);
    if (self().hasParticles() || that.hasParticles()) {
      throw new IllegalStateException(
          "matMul on a tensor with extra left dims (shapes "
              + getShape()
              + " and "
              + that.getShape()
              + "): particles, enumerated values or draws stand there and would be multiplied"
              + " together; use p.matVec(x, w) or a sum of products over dim -1");
    }
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, self(), that);
  }

  @Override
  public NDArray dot(NDArray other) {
    return matMul(other);
  }

  @Override
  public NDArray batchMatMul(NDArray other) {
    return Operations.apply(Op.MAT_MUL, Attributes.NONE, self(), self().operand(other));
  }

  @Override
  public NDArray inverse() {
    return Operations.apply(Op.INVERSE, Attributes.NONE, self());
  }

  @Override
  public NDArray zerosLike() {
    return filled(0);
  }

  @Override
  public NDArray onesLike() {
    return filled(1);
  }

  @Override
  public NDArray like() {
    return filled(0);
  }

  private NDArray filled(double value) {
    Run run = self().run();
    return run == null ? WithoutRun.filled(value, getShape()) : run.full(value, getShape());
  }
}
