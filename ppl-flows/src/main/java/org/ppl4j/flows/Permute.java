package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.primitives.ImmutableLongArray;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The coordinates in another order: y_i = x_{order(i)}; log |det| = 0. No parameters; the order is
 * part of the description, so that nothing need be saved. Both directions cost one gather.
 */
public final class Permute extends Transform {

  private final ImmutableLongArray order;
  private final ImmutableLongArray back;

  private Permute(ImmutableLongArray order) {
    super(1);
    this.order = order;
    long[] inverse = new long[order.length()];
    for (int i = 0; i < inverse.length; i++) {
      inverse[Math.toIntExact(order.get(i))] = i;
    }
    this.back = ImmutableLongArray.copyOf(inverse);
  }

  /**
   * Coordinate i of the image is coordinate {@code order[i]} of the input, counted from 0.
   *
   * @throws IllegalArgumentException if it is not an order of 0 … D − 1
   */
  public static Permute of(int... order) {
    checkOrder(order);
    ImmutableLongArray.Builder builder = ImmutableLongArray.builder(order.length);
    for (int i : order) {
      builder.add(i);
    }
    return new Permute(builder.build());
  }

  static void checkOrder(int... order) {
    boolean[] seen = new boolean[order.length];
    for (int i : order) {
      checkArgument(
          i >= 0 && i < order.length && !seen[i],
          "permutation of %s coordinates has entry %s, which is out of range or there twice",
          order.length,
          i);
      seen[i] = true;
    }
  }

  /** A random order of {@code dim} coordinates, the same for the same seed. */
  public static Permute random(int dim, long seed) {
    return new Permute(
        ImmutableLongArray.copyOf(
            Rng.of(seed, Rng.Purpose.INITIAL, dim, "permutation").permutation(dim)));
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return select(x, order);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return select(y, back);
  }

  private Mapped select(NDArray x, ImmutableLongArray places) {
    Shape shape = x.getShape();
    checkArgument(
        shape.get(shape.dimension() - 1) == places.length(),
        "permutation of %s coordinates got an input of shape %s",
        places.length(),
        shape);
    Run run = Tensors.run(x);
    NDArray index = run.create(places.toArray(), new Shape(places.length()));
    return new Mapped(Tensors.select(x, index, -1), run.zeros(Shapes.dropRight(shape, 1)));
  }

  @Override
  public String toString() {
    return "permute" + order;
  }
}
