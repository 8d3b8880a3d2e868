package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;
import static java.util.Objects.requireNonNull;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.Attributes;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.tensor.internal.table.Sliding;

/**
 * Convolutions along one axis or two, as blocks of DJL ask for them, and along three: the sum over
 * the depth of a window of those along the other two.
 */
final class Convolutions {

  private Convolutions() {}

  /**
   * Sums over the windows of x, weighed by kernels.
   *
   * @param x {@code (N, G C, W)}, {@code (N, G C, H, W)} or {@code (N, G C, D, H, W)}
   * @param kernels {@code (G O, C, w)}, {@code (G O, C, h, w)} or {@code (G O, C, d, h, w)}
   * @param bias (G O) to be added, if any
   * @param stride how many places windows are apart along each axis
   * @param padding how many zeros are put before and behind
   * @param dilation how many places elements of a window are apart
   * @param groups G, how many groups of channels stay apart
   */
  static RunArray of(
      RunArray x,
      RunArray kernels,
      @Nullable RunArray bias,
      Shape stride,
      Shape padding,
      Shape dilation,
      int groups) {
    int axes = axes("convolution", 3, x, kernels, stride);
    Sliding sliding = sliding(groups, stride, padding, dilation);
    RunArray sums =
        axes == 3
            ? deep(x, kernels, stride.get(0), padding.get(0), dilation.get(0), sliding)
            : Operations.apply(Op.CONVOLUTION, sliding.with(), flat(x, axes), flat(kernels, axes));
    return ended(sums, axes, bias);
  }

  /** Of volumes {@code (N, G C, D, H, W)}, of which the planes are one batch. */
  private static RunArray deep(
      RunArray x, RunArray kernels, long stride, long padding, long dilation, Sliding ofPlanes) {
    NDArray planes = x.pad(new Shape(0, 0, 0, 0, padding, padding), 0).transpose(0, 2, 1, 3, 4);
    Shape shape = planes.getShape();
    long depth = kernels.getShape().get(2);
    long room = shape.get(1) - dilation * (depth - 1) - 1;
    checkArgument(
        room >= 0,
        "convolution of volumes %s with kernels %s and padding %s: a window is larger; take a"
            + " smaller one",
        x.getShape(),
        kernels.getShape(),
        padding);
    long count = room / stride + 1;
    Shape batch = Shapes.concat(new Shape(shape.get(0) * count), shape.slice(2));
    NDArray sums = null;
    for (long at = 0; at < depth; at++) {
      long from = at * dilation;
      long[] starts = {0, from, 0, 0, 0};
      long[] ends = shape.getShape().clone();
      ends[1] = from + (count - 1) * stride + 1;
      Attributes every = Attributes.of(starts, ends, new long[] {1, stride, 1, 1, 1});
      RunArray seen = Operations.apply(Op.SLICE, every, (RunArray) planes).reshaped(batch);
      NDArray plane = Tensors.range(kernels, -3, at, at + 1).squeeze(-3);
      NDArray next = Operations.apply(Op.CONVOLUTION, ofPlanes.with(), seen, (RunArray) plane);
      sums = sums == null ? next : sums.add(next);
    }
    Shape found = requireNonNull(sums).getShape();
    Shape whole = Shapes.concat(new Shape(shape.get(0), count), found.slice(1));
    return (RunArray) Tensors.reshape(sums, whole).transpose(0, 2, 1, 3, 4);
  }

  /**
   * Windows that are added where they overlap, each of them kernels times the numbers of x at its
   * place: the transpose of sums over windows.
   *
   * @param x {@code (N, G C, W)} or {@code (N, G C, H, W)}
   * @param kernels {@code (G O, C, w)} or {@code (G O, C, h, w)}, as DJL's blocks have them
   * @param bias (G O) to be added, if any
   * @param more how many places more than needed the result has behind, along each axis
   */
  static RunArray transposed(
      RunArray x,
      RunArray kernels,
      @Nullable RunArray bias,
      Shape stride,
      Shape padding,
      Shape more,
      Shape dilation,
      int groups) {
    int axes = axes("deconvolution", 2, x, kernels, stride);
    checkArgument(
        more.dimension() == axes && groups > 0 && kernels.getShape().get(0) % groups == 0,
        "deconvolution with kernels %s in %s groups and %s places more: the first dim of kernels is"
            + " a multiple of the groups, and there is a number of places for each axis",
        kernels.getShape(),
        groups,
        more);
    Sliding sliding = sliding(groups, stride, padding, dilation);
    long first = axes == 1 ? 0 : more.get(0);
    RunArray sums =
        Operations.apply(
            Op.TRANSPOSED_CONVOLUTION,
            sliding.with(first, more.get(axes - 1)),
            flat(x, axes),
            exchanged(flat(kernels, axes), groups));
    return ended(sums, axes, bias);
  }

  /** From {@code (G O, C, h, w)} to {@code (G C, O, h, w)}. */
  private static RunArray exchanged(RunArray kernels, int groups) {
    Shape shape = kernels.getShape();
    Shape window = Shapes.takeRight(shape, 2);
    long outputs = shape.get(0) / groups;
    long inputs = shape.get(1);
    RunArray byGroup = kernels.reshaped(Shapes.concat(new Shape(groups, outputs, inputs), window));
    return ((RunArray) byGroup.transpose(0, 2, 1, 3, 4))
        .reshaped(Shapes.concat(new Shape(groups * inputs, outputs), window));
  }

  private static int axes(String name, int most, RunArray x, RunArray kernels, Shape stride) {
    int axes = stride.dimension();
    int rank = x.getShape().dimension();
    if (axes < 1 || axes > most || rank != axes + 2 || kernels.getShape().dimension() != rank) {
      throw new IllegalArgumentException(
          "%s of images %s with kernels %s and strides %s: it goes along up to %s axes, those of"
                  .formatted(name, x.getShape(), kernels.getShape(), stride, most)
              + " images after the batch and the channels; reshape, or take another block");
    }
    return axes;
  }

  private static Sliding sliding(int groups, Shape stride, Shape padding, Shape dilation) {
    int axes = stride.dimension();
    checkArgument(
        groups > 0
            && padding.dimension() == axes
            && dilation.dimension() == axes
            && Arrays.stream(stride.getShape()).allMatch(each -> each > 0)
            && Arrays.stream(padding.getShape()).allMatch(each -> each >= 0)
            && Arrays.stream(dilation.getShape()).allMatch(each -> each > 0),
        "convolution with strides %s, padding %s, dilation %s and %s groups: all have the same"
            + " dims; groups, strides and dilation are at least 1, padding at least 0",
        stride,
        padding,
        dilation,
        groups);
    boolean isOne = axes == 1;
    int last = axes - 1;
    int before = axes - 2;
    return Sliding.of(
        new long[] {
          groups,
          isOne ? 1 : stride.get(before),
          stride.get(last),
          isOne ? 0 : padding.get(before),
          padding.get(last),
          isOne ? 1 : dilation.get(before),
          dilation.get(last)
        });
  }

  /** With an axis of one row, if there is one alone. */
  private static RunArray flat(RunArray x, int axes) {
    Shape shape = x.getShape();
    return axes == 2 ? x : x.reshaped(new Shape(shape.get(0), shape.get(1), 1, shape.get(2)));
  }

  private static RunArray ended(RunArray sums, int axes, @Nullable RunArray bias) {
    Shape shape = sums.getShape();
    RunArray result =
        axes == 1 ? sums.reshaped(new Shape(shape.get(0), shape.get(1), shape.get(3))) : sums;
    if (bias == null) {
      return result;
    }
    long[] ones = new long[axes];
    Arrays.fill(ones, 1);
    return (RunArray) result.add(bias.reshaped(Shapes.concat(bias.getShape(), new Shape(ones))));
  }
}
