package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.stream.IntStream;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Transform;

/** A map of images onto images of the same size, one for each place of a batch of parameters. */
abstract class ImageMap extends Transform {

  private final Shape batch;

  /** With a batch that broadcasts against that of the images. */
  ImageMap(Shape batch) {
    super(3);
    this.batch = batch;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.concat(
        Shapes.broadcast(Shapes.dropRight(shape, 3), batch), Shapes.takeRight(shape, 3));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  /** The dims on the right in this order, those of the batch as they are. */
  static NDArray rearranged(NDArray x, int... order) {
    int rank = x.getShape().dimension();
    IntStream batch = IntStream.range(-rank, -order.length);
    return x.transpose(
        IntStream.concat(batch, IntStream.of(order).map(axis -> axis - order.length)).toArray());
  }

  /** H W of images {@code (*, C, H, W)}. */
  static long places(NDArray x) {
    int rank = x.getShape().dimension();
    return x.getShape().get(rank - 2) * x.getShape().get(rank - 1);
  }
}
