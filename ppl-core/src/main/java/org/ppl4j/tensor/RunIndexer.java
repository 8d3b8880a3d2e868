package org.ppl4j.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.index.full.NDIndexFullTake;
import ai.djl.ndarray.types.Shape;

/**
 * Indexing of a run's tensors; a result is always a tensor of its own, never a view to write to.
 */
final class RunIndexer extends NDArrayIndexer {

  @Override
  public NDArray get(NDArray array, NDIndexFullPick pick) {
    RunArray self = (RunArray) array;
    return self.gather(Operations.operand(self.run(), pick.getIndices()), pick.getAxis());
  }

  @Override
  public NDArray get(NDArray array, NDIndexFullTake take) {
    RunArray self = (RunArray) array;
    return select(self, Operations.operand(self.run(), take.getIndices()), take.getAxis());
  }

  @Override
  public NDArray get(NDArray array, NDIndexFullSlice slice) {
    RunArray self = (RunArray) array;
    long[] min = slice.getMin();
    long[] max = slice.getMax();
    RunArray result = self;
    if (!slice.getShape().equals(self.getShape())) {
      result =
          Operations.apply(
              Op.SLICE, Attributes.of(min.clone(), max.clone(), slice.getStep().clone()), self);
    }
    return result.reshaped(slice.getSqueezedShape());
  }

  /**
   * The slices along an axis that an index of any shape names; the index's dims replace the axis.
   */
  static RunArray select(RunArray array, RunArray index, int axis) {
    Shape shape = array.getShape();
    int at = Shapes.axis(shape, axis);
    RunArray picked =
        Operations.apply(
            Op.INDEX_SELECT,
            Attributes.of((long) at),
            array,
            index.reshaped(new Shape(index.size())));
    if (index.getShape().dimension() == 1) {
      return picked;
    }
    Shape left = shape.slice(0, at);
    Shape right = shape.slice(at + 1);
    return picked.reshaped(Shapes.concat(Shapes.concat(left, index.getShape()), right));
  }

  /** The elements from {@code start} below {@code stop} along an axis. */
  static RunArray range(NDArray array, int axis, long start, long stop) {
    RunArray self = (RunArray) array;
    Shape shape = self.getShape();
    int at = Shapes.axis(shape, axis);
    if (start == 0 && stop == shape.get(at)) {
      return self;
    }
    int rank = shape.dimension();
    long[] min = new long[rank];
    long[] max = shape.getShape().clone();
    long[] step = new long[rank];
    java.util.Arrays.fill(step, 1);
    min[at] = start;
    max[at] = stop;
    return Operations.apply(Op.SLICE, Attributes.of(min, max, step), self);
  }

  @Override
  public void set(NDArray array, NDIndexFullSlice slice, NDArray value) {
    throw Refusal.of("NDArrayIndexer", "set");
  }

  @Override
  public void set(NDArray array, NDIndexFullSlice slice, Number value) {
    throw Refusal.of("NDArrayIndexer", "set");
  }
}
