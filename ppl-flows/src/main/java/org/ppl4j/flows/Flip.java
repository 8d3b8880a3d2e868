package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The coordinates in reverse order: y_i = x_{D+1−i}; log |det| = 0. It has no parameters and is its
 * own inverse. Between autoregressive layers it lets every coordinate depend on every other.
 */
public final class Flip extends Transform {

  private Flip() {
    super(1);
  }

  /** For vectors of any size. */
  public static Flip of() {
    return new Flip();
  }

  @Override
  protected Mapped doForward(NDArray x) {
    Shape batch = Shapes.dropRight(x.getShape(), 1);
    return new Mapped(x.flip(-1), Tensors.run(x).zeros(batch));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return doForward(y);
  }

  @Override
  public Transform inverted() {
    return this;
  }

  @Override
  public String toString() {
    return "flip";
  }
}
