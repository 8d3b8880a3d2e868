package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;
import org.ppl4j.transforms.Transform;

/** A map of images onto images of the same size, one for each place of a batch of parameters. */
abstract class ImageMap extends Transform {

  /** Of what an inverse may be off, mapped forward again: half of the digits. */
  private static final double RESIDUAL = 1e-8;

  private static final double SINGLE_RESIDUAL = 1e-3;

  private static final int[] EVENT = {-3, -2, -1};

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
    int rank = x.getShape().dimension() - order.length;
    return x.transpose(
        IntStream.concat(IntStream.range(0, rank), IntStream.of(order).map(axis -> rank + axis))
            .toArray());
  }

  /** H W of images {@code (*, C, H, W)}. */
  static long places(NDArray x) {
    int rank = x.getShape().dimension();
    return x.getShape().get(rank - 2) * x.getShape().get(rank - 1);
  }

  /**
   * An image that was found, NaN where the map, so near to a singular one, does not take it back to
   * y: no wrong image is given.
   *
   * @param mapped makes its image under the map
   */
  static NDArray verified(NDArray found, NDArray y, Supplier<NDArray> mapped) {
    Run run = Tensors.run(found, y);
    NDArray isRight =
        run.withoutGradients(
            () -> {
              double share = run.floatType() == FloatType.FLOAT32 ? SINGLE_RESIDUAL : RESIDUAL;
              NDArray off = mapped.get().sub(y).abs().max(EVENT, true);
              return off.lte(y.abs().max(EVENT, true).add(1).mul(share));
            });
    return Tensors.where(isRight, found, Double.NaN);
  }
}
