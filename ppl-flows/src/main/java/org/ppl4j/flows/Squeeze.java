package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * Fewer places and more channels: {@code (C, H, W)} to {@code (C f², H / f, W / f)}. Channel c f² +
 * a f + b of the image has the rows a, a + f, … and the columns b, b + f, … of channel c. log |det|
 * = 0; no parameters; both directions cost one reordering.
 *
 * <p>Source: Dinh, Sohl-Dickstein and Bengio, "Density estimation using Real NVP" (2017), section
 * 3.6.
 */
public final class Squeeze extends Transform {

  private final int factor;

  private Squeeze(int factor) {
    super(3);
    this.factor = factor;
  }

  /**
   * By this many rows and columns at a time.
   *
   * @throws IllegalArgumentException if {@code factor} is below 1
   */
  public static Squeeze of(int factor) {
    checkArgument(factor >= 1, "squeeze has a factor of %s, but needs at least 1", factor);
    return new Squeeze(factor);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Shape result = forwardShape(x.getShape());
    Shape batch = Shapes.dropRight(result, 3);
    int rank = batch.dimension();
    long f = factor;
    long rows = result.get(rank + 1);
    long columns = result.get(rank + 2);
    Shape apart = new Shape(result.get(rank) / (f * f), rows, f, columns, f);
    // c, row, a, column, b to c, a, b, row, column
    NDArray split = Tensors.reshape(x, Shapes.concat(batch, apart));
    NDArray moved = ImageMap.rearranged(split, 0, 2, 4, 1, 3);
    return new Mapped(Tensors.reshape(moved, result), Tensors.run(x).zeros(batch));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    Shape result = inverseShape(y.getShape());
    Shape batch = Shapes.dropRight(result, 3);
    int rank = batch.dimension();
    long f = factor;
    Shape apart =
        new Shape(result.get(rank), f, f, result.get(rank + 1) / f, result.get(rank + 2) / f);
    // c, a, b, row, column to c, row, a, column, b
    NDArray split = Tensors.reshape(y, Shapes.concat(batch, apart));
    NDArray moved = ImageMap.rearranged(split, 0, 3, 1, 4, 2);
    return new Mapped(Tensors.reshape(moved, result), Tensors.run(y).zeros(batch));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    int rank = shape.dimension() - 3;
    long f = factor;
    checkArgument(
        shape.get(rank + 1) % f == 0 && shape.get(rank + 2) % f == 0,
        "squeeze by %s takes images whose rows and columns it divides, but got shape %s; use fewer"
            + " levels, or pad the images",
        factor,
        shape);
    Shape event =
        new Shape(shape.get(rank) * f * f, shape.get(rank + 1) / f, shape.get(rank + 2) / f);
    return Shapes.concat(Shapes.dropRight(shape, 3), event);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    int rank = shape.dimension() - 3;
    long f = factor;
    checkArgument(
        shape.get(rank) % (f * f) == 0,
        "squeeze by %s comes back from images whose channels %s divides, but got shape %s",
        factor,
        f * f,
        shape);
    Shape event =
        new Shape(shape.get(rank) / (f * f), shape.get(rank + 1) * f, shape.get(rank + 2) * f);
    return Shapes.concat(Shapes.dropRight(shape, 3), event);
  }

  @Override
  public String toString() {
    return "squeeze(" + factor + ")";
  }
}
