package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.internal.table.Op;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.tensor.internal.table.Sliding;

/**
 * Convolutions of images, with gradients, in both float types. An image has C channels of H rows
 * and W columns: {@code (*, C, H, W)}, where {@code *} stands for any batch dims.
 */
public final class Images {

  /** What windows see beyond the edges of an image. */
  public enum Edges {
    /** Zeros. */
    ZERO,
    /** The image again: what leaves on one side comes in on the other. */
    PERIODIC
  }

  private Images() {}

  /**
   * The image of the same size whose place (y, x) sees the window around it: Σ K[o, c, a, b] · X[c,
   * y + a − h/2, x + b − w/2], as networks call a convolution; the kernel is not mirrored.
   *
   * @param x {@code (*, C, H, W)}
   * @param kernel {@code (*, O, C, h, w)} with h and w odd; batches broadcast, so that each image
   *     may have a kernel of its own
   * @return {@code (*, O, H, W)}
   * @throws IllegalArgumentException if dims are missing, channels differ, or h or w is even
   */
  public static NDArray convolution(NDArray x, NDArray kernel, Edges edges) {
    Run run = Tensors.run(x, kernel);
    RunArray image = Operations.operand(run, x);
    RunArray weights = Operations.operand(run, kernel);
    Shape shape = image.getShape();
    Shape window = weights.getShape();
    int rank = shape.dimension();
    int rankOfKernel = window.dimension();
    checkArgument(
        rank >= 3 && rankOfKernel >= 4 && shape.get(rank - 3) == window.get(rankOfKernel - 3),
        "convolution of images %s with kernels %s: images are (*, C, H, W), kernels (*, O, C, h, w)"
            + " with the same C",
        shape,
        window);
    long height = window.get(rankOfKernel - 2);
    long width = window.get(rankOfKernel - 1);
    checkArgument(
        height % 2 == 1 && width % 2 == 1,
        "convolution with kernels %s: windows of %s rows and %s columns have no middle; use odd"
            + " numbers",
        window,
        height,
        width);
    return within(widened(image, height / 2, width / 2, edges), weights);
  }

  /** By windows that lie within the image. */
  private static RunArray within(RunArray image, RunArray kernel) {
    Shape place = Shapes.takeRight(image.getShape(), 3);
    Shape window = Shapes.takeRight(kernel.getShape(), 4);
    Shape own = Shapes.dropRight(kernel.getShape(), 4);
    Shape batch = Shapes.broadcast(Shapes.dropRight(image.getShape(), 3), own);
    long groups = own.size() == 1 ? 1 : batch.size();
    RunArray images;
    RunArray kernels;
    if (groups == 1) { // one kernel for all images
      images =
          image.reshaped(
              Shapes.concat(new Shape(Shapes.dropRight(image.getShape(), 3).size()), place));
      kernels = kernel.reshaped(window);
    } else {
      images =
          expanded(image, Shapes.concat(batch, place))
              .reshaped(
                  Shapes.concat(new Shape(1, groups * place.get(0)), Shapes.takeRight(place, 2)));
      kernels =
          expanded(kernel, Shapes.concat(batch, window))
              .reshaped(
                  Shapes.concat(new Shape(groups * window.get(0)), Shapes.takeRight(window, 3)));
    }
    RunArray result =
        Operations.apply(Op.CONVOLUTION, Sliding.within(groups).with(), images, kernels);
    Shape size = Shapes.concat(new Shape(window.get(0)), Shapes.takeRight(result.getShape(), 2));
    return result.reshaped(Shapes.concat(batch, size));
  }

  private static RunArray expanded(RunArray x, Shape shape) {
    return (RunArray) x.broadcast(shape);
  }

  /** The image with so many rows above and below and columns on both sides. */
  private static RunArray widened(RunArray image, long rows, long columns, Edges edges) {
    if (rows == 0 && columns == 0) {
      return image;
    }
    if (edges == Edges.ZERO) {
      return (RunArray) image.pad(new Shape(columns, columns, rows, rows), 0);
    }
    return around(around(image, -1, columns), -2, rows);
  }

  /** Along an axis, begun so many places before its start and ended as many behind its end. */
  private static RunArray around(RunArray image, int axis, long beyond) {
    if (beyond == 0) {
      return image;
    }
    long size = image.getShape().get(image.getShape().dimension() + axis);
    long[] places = new long[Math.toIntExact(size + 2 * beyond)];
    for (int i = 0; i < places.length; i++) {
      places[i] = Math.floorMod(i - beyond, size);
    }
    NDArray index = Tensors.run(image).create(places, new Shape(places.length));
    return (RunArray) Tensors.select(image, index, axis);
  }
}
