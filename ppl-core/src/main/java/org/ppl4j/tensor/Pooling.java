package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * What windows of images {@code (N, C, …)} hold, as blocks of DJL ask for it: windows as many
 * places apart as a stride says, on images with padding before and behind. If asked to, one window
 * more begins within the image and ends beyond it.
 */
final class Pooling {

  private final RunArray images;
  private final long[] sizes; // of the images
  private final long[] kernel;
  private final long[] stride;
  private final long[] padding;
  private final long[] counts; // of windows

  /**
   * Windows.
   *
   * @param isCeil whether a window may end beyond the padding
   */
  Pooling(RunArray images, Shape kernel, Shape stride, Shape padding, boolean isCeil) {
    Shape shape = images.getShape();
    int axes = kernel.dimension();
    checkArgument(
        shape.dimension() == axes + 2 && stride.dimension() == axes && padding.dimension() == axes,
        "pooling of images %s by windows %s with strides %s and padding %s: images are (N, C, …)"
            + " with as many dims more as the others; reshape",
        shape,
        kernel,
        stride,
        padding);
    checkArgument(
        Arrays.stream(stride.getShape()).allMatch(each -> each > 0)
            && Arrays.stream(kernel.getShape()).allMatch(each -> each > 0)
            && Arrays.stream(padding.getShape()).allMatch(each -> each >= 0),
        "pooling of images %s by windows %s with strides %s and padding %s: windows and strides are"
            + " at least 1, padding at least 0",
        shape,
        kernel,
        stride,
        padding);
    this.images = images;
    this.sizes = Shapes.takeRight(shape, axes).getShape();
    this.kernel = kernel.getShape();
    this.stride = stride.getShape();
    this.padding = padding.getShape();
    this.counts = new long[axes];
    for (int axis = 0; axis < axes; axis++) {
      long room = sizes[axis] + 2 * this.padding[axis] - this.kernel[axis];
      checkArgument(
          room >= 0,
          "pooling of images %s by windows %s with padding %s: a window is larger; take a smaller"
              + " one",
          shape,
          kernel,
          padding);
      long more = isCeil ? this.stride[axis] - 1 : 0;
      counts[axis] = (room + more) / this.stride[axis] + 1;
      boolean isBeyond = (counts[axis] - 1) * this.stride[axis] >= sizes[axis] + this.padding[axis];
      counts[axis] -= isCeil && isBeyond ? 1 : 0;
    }
  }

  /** The largest number of each window. */
  RunArray largest() {
    RunArray wide = widened(Double.NEGATIVE_INFINITY);
    List<NDArray> windows = new ArrayList<>();
    long[] from = new long[kernel.length];
    for (int place = 0; place < Arrays.stream(kernel).reduce(1, Math::multiplyExact); place++) {
      long rest = place;
      for (int axis = kernel.length - 1; axis >= 0; axis--) {
        from[axis] = rest % kernel[axis];
        rest /= kernel[axis];
      }
      windows.add(places(wide, from));
    }
    return (RunArray) Tensors.stack(windows, -1).max(new int[] {-1});
  }

  /** The number at a place of each window. */
  private RunArray places(RunArray wide, long[] place) {
    int rank = wide.getShape().dimension();
    long[] from = new long[rank];
    long[] to = wide.getShape().getShape().clone();
    long[] steps = new long[rank];
    Arrays.fill(steps, 1);
    for (int axis = 0; axis < place.length; axis++) {
      int at = 2 + axis;
      from[at] = place[axis];
      to[at] = place[axis] + (counts[axis] - 1) * stride[axis] + 1;
      steps[at] = stride[axis];
    }
    return Operations.apply(Op.SLICE, Attributes.of(from, to, steps), wide);
  }

  /**
   * The mean of each window, of what lies within the image and its padding.
   *
   * @param isPadded whether padding counts
   */
  RunArray mean(boolean isPadded) {
    RunArray wide = widened(0);
    Shape shape = wide.getShape();
    int channels = Math.toIntExact(shape.get(1));
    Shape one = new Shape(new long[kernel.length]);
    Shape apart = new Shape(stride);
    long[] steps = new long[kernel.length];
    Arrays.fill(steps, 1);
    NDArray ones =
        Tensors.run(images).ones(Shapes.concat(new Shape(channels, 1), new Shape(kernel)));
    RunArray sums =
        Convolutions.of(wide, (RunArray) ones, null, apart, one, new Shape(steps), channels);
    double[] shares = {1};
    for (int axis = 0; axis < kernel.length; axis++) {
      double[] next = new double[shares.length * (int) counts[axis]];
      for (int i = 0; i < next.length; i++) {
        next[i] = shares[i / (int) counts[axis]] / within(axis, i % counts[axis], isPadded);
      }
      shares = next;
    }
    return (RunArray) sums.mul(Tensors.run(images).create(shares, new Shape(counts)));
  }

  /** How many places of a window count along an axis. */
  private double within(int axis, long window, boolean isPadded) {
    long from = window * stride[axis] - padding[axis];
    long to = Math.min(from + kernel[axis], sizes[axis] + padding[axis]);
    return isPadded ? to - from : Math.min(to, sizes[axis]) - Math.max(from, 0);
  }

  /** The images with padding, and as much more behind as the last window needs. */
  private RunArray widened(double number) {
    int axes = kernel.length;
    long[] around = new long[2 * axes];
    for (int i = 0; i < axes; i++) {
      int axis = axes - 1 - i;
      long end = (counts[axis] - 1) * stride[axis] + kernel[axis];
      around[2 * i] = padding[axis];
      around[2 * i + 1] = Math.max(0, end - sizes[axis] - padding[axis]);
    }
    boolean isNone = Arrays.stream(around).allMatch(more -> more == 0);
    return isNone ? images : (RunArray) images.pad(new Shape(around), number);
  }
}
