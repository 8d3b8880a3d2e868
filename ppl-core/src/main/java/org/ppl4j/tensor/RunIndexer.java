package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.index.NDArrayIndexer;
import ai.djl.ndarray.index.NDIndex;
import ai.djl.ndarray.index.dim.NDIndexAll;
import ai.djl.ndarray.index.dim.NDIndexElement;
import ai.djl.ndarray.index.dim.NDIndexFixed;
import ai.djl.ndarray.index.dim.NDIndexSlice;
import ai.djl.ndarray.index.full.NDIndexFullPick;
import ai.djl.ndarray.index.full.NDIndexFullSlice;
import ai.djl.ndarray.index.full.NDIndexFullTake;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

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

  /**
   * As DJL's, but slices end where the tensor ends, as those of NumPy do, and a number beyond it is
   * an error: DJL takes another element for it.
   */
  @Override
  public NDArray get(NDArray array, NDIndex index) {
    return isPlain(index) ? sliced((RunArray) array, index) : super.get(array, index);
  }

  /** Without tensors in it. */
  private static boolean isPlain(NDIndex index) {
    return index.getIndices().stream()
        .allMatch(
            element ->
                element instanceof NDIndexAll
                    || element instanceof NDIndexFixed
                    || element instanceof NDIndexSlice);
  }

  /** Whether it begins with dots, so that it means the same however many dims are on the left. */
  static boolean isCountedFromTheRight(NDIndex index) {
    return index.getEllipsisIndex() == 0 && isPlain(index);
  }

  private static NDArray sliced(RunArray array, NDIndex index) {
    Shape shape = array.getShape();
    int rank = shape.dimension();
    checkArgument(
        index.getRank() <= rank,
        "index names %s dims, but the tensor has shape %s; index at most its %s dims",
        index.getRank(),
        shape,
        rank);
    long[] min = new long[rank];
    long[] max = shape.getShape().clone();
    long[] step = new long[rank];
    Arrays.fill(step, 1);
    Shape kept = Shapes.scalar();
    for (int dim = 0; dim < rank; dim++) {
      long size = shape.get(dim);
      NDIndexElement element = element(index, dim, rank);
      if (element instanceof NDIndexFixed fixed) {
        min[dim] = place(fixed.getIndex(), dim, shape);
        max[dim] = min[dim] + 1;
        continue;
      }
      if (element instanceof NDIndexSlice slice) {
        step[dim] = slice.getStep() == null ? 1 : slice.getStep();
        checkArgument(
            step[dim] > 0,
            "slice has step %s at dim %s, but needs at least 1; use flip to turn an axis round",
            step[dim],
            dim);
        min[dim] = slice.getMin() == null ? 0 : clipped(slice.getMin(), size);
        max[dim] = slice.getMax() == null ? size : clipped(slice.getMax(), size);
        max[dim] = Math.max(min[dim], max[dim]);
      }
      kept = Shapes.concat(kept, new Shape((max[dim] - min[dim] + step[dim] - 1) / step[dim]));
    }
    boolean isWhole = Arrays.equals(max, shape.getShape());
    for (int dim = 0; dim < rank; dim++) {
      isWhole &= min[dim] == 0 && step[dim] == 1;
    }
    RunArray result =
        isWhole ? array : Operations.apply(Op.SLICE, Attributes.of(min, max, step), array);
    return result.reshaped(kept);
  }

  /** What the index says of a dim: those that it does not name stand where its dots are. */
  private static @Nullable NDIndexElement element(NDIndex index, int dim, int rank) {
    int named = index.getRank();
    int dots = index.getEllipsisIndex() < 0 ? named : index.getEllipsisIndex();
    int behind = rank - (named - dots);
    if (dim < dots) {
      return index.get(dim);
    }
    return dim < behind ? null : index.get(dim - rank + named);
  }

  private static long place(long index, int dim, Shape shape) {
    long size = shape.get(dim);
    checkArgument(
        index >= -size && index < size,
        "index %s is beyond dim %s of a tensor of shape %s; use one from %s to %s",
        index,
        dim,
        shape,
        -size,
        size - 1);
    return index < 0 ? index + size : index;
  }

  private static long clipped(long end, long size) {
    return Math.max(0, Math.min(size, end < 0 ? end + size : end));
  }

  @Override
  public NDArray get(NDArray array, NDIndexFullSlice slice) {
    throw new IllegalStateException("slices are taken from the index itself");
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

  /**
   * The elements from {@code start} below {@code stop} along an axis.
   *
   * @throws IllegalArgumentException if they do not lie in it
   */
  static RunArray range(NDArray array, int axis, long start, long stop) {
    RunArray self = (RunArray) array;
    Shape shape = self.getShape();
    int at = Shapes.axis(shape, axis);
    checkArgument(
        start >= 0 && start <= stop && stop <= shape.get(at),
        "range from %s below %s does not lie in axis %s of a tensor of shape %s, which has %s"
            + " elements; pass a range that does",
        start,
        stop,
        axis,
        shape,
        shape.get(at));
    if (start == 0 && stop == shape.get(at)) {
      return self;
    }
    int rank = shape.dimension();
    long[] min = new long[rank];
    long[] max = shape.getShape().clone();
    long[] step = new long[rank];
    Arrays.fill(step, 1);
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

  /** {@code v[..., i, :]}: see {@link Tensors#pick(NDArray, NDArray, int)}. */
  static NDArray pick(RunArray v, RunArray i, int eventDims) {
    Shape shape = v.getShape();
    int from = shape.dimension() - eventDims - 1;
    checkArgument(
        from >= 0,
        "pick from a tensor of shape %s: %s; pass values (..., K%s)",
        shape,
        eventDims == 0
            ? "a number has no elements to pick from"
            : "it has no dim to pick from left of " + eventDims + " event dims",
        eventDims == 0 ? "" : ", event");
    if (from == 0 && eventDims > 0) {
      return select(v, i, 0);
    }
    if (from == 0 && i.getShape().dimension() <= 1) {
      RunArray flat = i.reshaped(new Shape(i.size()));
      return Operations.apply(Op.GATHER, Attributes.of(0), v, flat).reshaped(i.getShape());
    }
    Shape batch = Shapes.broadcast(Shapes.concat(shape.slice(0, from), new Shape(1)), i.getShape());
    Shape rows = Shapes.concat(Shapes.dropRight(batch, 1), shape.slice(from));
    int rank = i.getShape().dimension();
    long[] places = Arrays.copyOf(i.getShape().getShape(), rank + eventDims);
    Arrays.fill(places, rank, rank + eventDims, 1);
    return Operations.apply(
        Op.GATHER,
        Attributes.of(batch.dimension() - 1),
        (RunArray) v.broadcast(rows),
        (RunArray)
            i.reshaped(new Shape(places))
                .broadcast(Shapes.concat(batch, Shapes.takeRight(shape, eventDims))));
  }
}
