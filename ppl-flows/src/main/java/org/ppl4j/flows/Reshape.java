package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The same numbers in an event of another shape, row by row: what brings layers of vectors and
 * layers of images together. log |det| = 0; no parameters; both directions cost nothing.
 *
 * <p>An image of C channels, H rows and W columns is a vector channel by channel, row by row:
 *
 * <pre>{@code
 * Reshape image = Reshape.of(new Shape(c, h, w), new Shape(c * h * w));
 * image.then(Coupling.of(c * h * w, family).partition(Partition.channels(c))).then(image.inverted())
 * }</pre>
 */
public final class Reshape extends Transform {

  private final Shape from;
  private final Shape to;

  private Reshape(Shape from, Shape to) {
    super(from.dimension(), to.dimension());
    this.from = from;
    this.to = to;
  }

  /**
   * From an event of one shape to that of another.
   *
   * @throws IllegalArgumentException if they have not as many numbers
   */
  public static Reshape of(Shape from, Shape to) {
    checkArgument(
        from.size() == to.size(),
        "reshape from %s, which has %s numbers, to %s, which has %s",
        from,
        from.size(),
        to,
        to.size());
    return new Reshape(from, to);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return map(x, forwardShape(x.getShape()), from);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return map(y, inverseShape(y.getShape()), to);
  }

  private static Mapped map(NDArray x, Shape target, Shape event) {
    Shape batch = Shapes.dropRight(x.getShape(), event.dimension());
    return new Mapped(Tensors.reshape(x, target), Tensors.run(x).zeros(batch));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return changed(shape, from, to);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return changed(shape, to, from);
  }

  private Shape changed(Shape shape, Shape before, Shape after) {
    int dims = before.dimension();
    checkArgument(
        Shapes.takeRight(shape, dims).equals(before),
        "%s got an input of shape %s; its last dims must be %s",
        this,
        shape,
        before);
    return Shapes.concat(Shapes.dropRight(shape, dims), after);
  }

  @Override
  public String toString() {
    return "reshape" + from + "to" + to;
  }
}
