package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/** y = loc + exp(logScale) · x, of numbers or vectors; log |det| = Σ logScale. */
final class AffineMap extends Transform {

  private final NDArray loc;
  private final NDArray logScale;

  /** The parameters broadcast with inputs, of which the rightmost dims are the event. */
  AffineMap(NDArray loc, NDArray logScale, int eventDims) {
    super(eventDims);
    this.loc = loc;
    this.logScale = logScale;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(x.mul(logScale.exp()).add(loc), logDet(logScale));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray inverse = logScale.neg();
    return new Mapped(y.sub(loc).mul(inverse.exp()), logDet(inverse));
  }

  private NDArray logDet(NDArray each) {
    return Tensors.sumRight(each, domainEventDims());
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, loc.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new AffineMap(operator.apply(loc), operator.apply(logScale), domainEventDims());
  }

  @Override
  public String toString() {
    return "affine";
  }
}
