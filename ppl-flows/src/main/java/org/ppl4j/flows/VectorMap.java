package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Transform;

/** A map of vectors {@code (D)} onto all vectors, one for each place of a batch of parameters. */
abstract class VectorMap extends Transform {

  private final Shape batch;

  /** With a batch that broadcasts against that of the inputs. */
  VectorMap(Shape batch) {
    super(1);
    this.batch = batch;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.concat(
        Shapes.broadcast(Shapes.dropRight(shape, 1), batch), Shapes.takeRight(shape, 1));
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  /**
   * Checks what is mapped: a map that takes its coordinates apart would leave out those behind.
   *
   * @throws IllegalArgumentException if {@code x} is not {@code (*, dim)}
   */
  static void checkWidth(Transform map, NDArray x, int dim) {
    Shape shape = x.getShape();
    checkArgument(
        shape.get(shape.dimension() - 1) == dim,
        "transform '%s' maps vectors of %s numbers, but got shape %s",
        map,
        dim,
        shape);
  }

  /** Σ_d a_d b_d, {@code (*)}. */
  static NDArray dot(NDArray a, NDArray b) {
    return a.mul(b).sum(new int[] {-1});
  }
}
