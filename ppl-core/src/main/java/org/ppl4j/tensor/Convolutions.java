package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.table.Op;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.tensor.table.Sliding;

/** Convolutions along one axis or two, as blocks of DJL ask for them. */
final class Convolutions {

  private Convolutions() {}

  /**
   * Sums over the windows of x, weighed by kernels.
   *
   * @param x {@code (N, G C, W)} or {@code (N, G C, H, W)}
   * @param kernels {@code (G O, C, w)} or {@code (G O, C, h, w)}
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
    int axes = axes("convolution", x, kernels, stride);
    Sliding sliding = sliding(groups, stride, padding, dilation);
    RunArray sums =
        Operations.apply(Op.CONVOLUTION, sliding.with(), flat(x, axes), flat(kernels, axes));
    return ended(sums, axes, bias);
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
    int axes = axes("deconvolution", x, kernels, stride);
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

  private static int axes(String name, RunArray x, RunArray kernels, Shape stride) {
    int axes = stride.dimension();
    int rank = x.getShape().dimension();
    if (axes < 1 || axes > 2 || rank != axes + 2 || kernels.getShape().dimension() != rank) {
      throw new IllegalArgumentException(
          "%s of images %s with kernels %s and strides %s: it goes along one axis or two, those of"
                  .formatted(name, x.getShape(), kernels.getShape(), stride)
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
    return Sliding.of(
        new long[] {
          groups,
          isOne ? 1 : stride.get(0),
          stride.get(last),
          isOne ? 0 : padding.get(0),
          padding.get(last),
          isOne ? 1 : dilation.get(0),
          dilation.get(last)
        });
  }

  /** With an axis of one row, if there is none. */
  private static RunArray flat(RunArray x, int axes) {
    Shape shape = x.getShape();
    return axes == 2 ? x : x.reshaped(new Shape(shape.get(0), shape.get(1), 1, shape.get(2)));
  }

  private static RunArray ended(RunArray sums, int axes, @Nullable RunArray bias) {
    Shape shape = sums.getShape();
    RunArray result =
        axes == 2 ? sums : sums.reshaped(new Shape(shape.get(0), shape.get(1), shape.get(3)));
    if (bias == null) {
      return result;
    }
    Shape ones = axes == 2 ? new Shape(1, 1) : new Shape(1);
    return (RunArray) result.add(bias.reshaped(Shapes.concat(bias.getShape(), ones)));
  }
}
