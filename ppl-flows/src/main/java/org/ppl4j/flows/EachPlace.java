package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;
import org.ppl4j.transforms.TransformModule;

/**
 * A layer of vectors at each place of an image, by the same tensors everywhere: the vector of a
 * place has an entry a channel. {@code EachPlace.of(ActNorm.of(channels))} is the activation
 * normalisation of Glow, whose statistics are over all places and images of the first batch.
 *
 * <p>x and y: {@code (*, C, H, W)}; log |det| is the sum over the places. Both directions cost
 * those of the layer for a batch of H W vectors more.
 */
public final class EachPlace {

  private EachPlace() {}

  /** Of a layer of vectors of C coordinates. A context is one for all places of an image. */
  public static TransformModule of(TransformModule vectors) {
    Transform last = new ChannelsLast();
    return last.then(vectors.independent(2)).then(last.inverted());
  }

  /** {@code (C, H, W)} to {@code (H, W, C)}. */
  private static final class ChannelsLast extends Transform {

    ChannelsLast() {
      super(3);
    }

    @Override
    protected Mapped doForward(NDArray x) {
      return moved(x, 1, 2, 0);
    }

    @Override
    protected Mapped doInverse(NDArray y) {
      return moved(y, 2, 0, 1);
    }

    private static Mapped moved(NDArray x, int... order) {
      NDArray logDet = Tensors.run(x).zeros(Shapes.dropRight(x.getShape(), 3));
      return new Mapped(ImageMap.rearranged(x, order), logDet);
    }

    @Override
    public Shape forwardShape(Shape shape) {
      int rank = shape.dimension() - 3;
      Shape event = new Shape(shape.get(rank + 1), shape.get(rank + 2), shape.get(rank));
      return Shapes.concat(Shapes.dropRight(shape, 3), event);
    }

    @Override
    public Shape inverseShape(Shape shape) {
      int rank = shape.dimension() - 3;
      Shape event = new Shape(shape.get(rank + 2), shape.get(rank), shape.get(rank + 1));
      return Shapes.concat(Shapes.dropRight(shape, 3), event);
    }

    @Override
    public String toString() {
      return "channels last";
    }
  }
}
