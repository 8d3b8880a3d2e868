package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** y = low + (high − low) σ(x); log dy/dx = log(high − low) + x − 2 softplus(x). */
final class IntervalTransform extends Transform {

  private final NDArray low;
  private final NDArray high;

  IntervalTransform(NDArray low, NDArray high) {
    super(0);
    this.low = low;
    this.high = high;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray width = high.sub(low);
    NDArray y = LogDistances.affine(SigmoidFormulas.value(x), low, width);
    return new Mapped(y, SigmoidFormulas.logDerivative(x).add(width.log()));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray width = high.sub(low);
    NDArray unit = LogDistances.standardised(y, low, width);
    return new Mapped(
        SigmoidFormulas.quantile(unit),
        SigmoidFormulas.logQuantileDerivative(unit).sub(width.log()));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new IntervalTransform(operator.apply(low), operator.apply(high));
  }

  @Override
  public Constraint codomain() {
    return Constraint.interval(low, high);
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, low.getShape(), high.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "interval";
  }
}
