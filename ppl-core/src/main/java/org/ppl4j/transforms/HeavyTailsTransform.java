package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * y = x √((exp(w) − 1) / w), w = h x², with an h for each side; log dy/dx = w − ½ log((exp(w) − 1)
 * / w). The inverse has w = log(1 + h y²). Beyond |x| = 7 it is a line.
 *
 * <p>Source: Wallace, "Bounds on normal approximations to Student's and the chi-square
 * distributions" (1959), whose approximation to Student's quantiles has this form.
 */
final class HeavyTailsTransform extends IncreasingTransform {

  /** A normal base has nothing beyond it. */
  private static final double END = 7;

  /** With more numbers of single precision end within what a normal base may draw. */
  static final double MOST = 1.5;

  private final NDArray lower;
  private final NDArray upper;

  private HeavyTailsTransform(NDArray lower, NDArray upper) {
    this.lower = lower;
    this.upper = upper;
  }

  static HeavyTailsTransform of(NDArray lower, NDArray upper) {
    check("lower", lower);
    check("upper", upper);
    return new HeavyTailsTransform(lower, upper);
  }

  private static void check(String name, NDArray index) {
    OptionalDouble number = Tensors.constant(index);
    checkArgument(
        number.isEmpty() || (number.getAsDouble() >= 0 && number.getAsDouble() <= MOST),
        "parameter '%s' of heavy tails must be from 0 to %s, but is %s",
        name,
        MOST,
        number.orElse(0));
  }

  /** That of the side of numbers, which the map leaves them on. */
  private NDArray index(NDArray x) {
    return Tensors.where(x.lt(0), lower, upper);
  }

  /** log √((exp(w) − 1) / w). */
  private static NDArray logStretch(NDArray w) {
    return Special.logExprel(w).mul(0.5);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray inside = x.maximum(-END).minimum(END);
    NDArray w = inside.square().mul(index(x));
    NDArray stretch = logStretch(w);
    NDArray logSlope = w.sub(stretch);
    NDArray beyond = x.sub(inside).mul(logSlope.exp());
    return new Mapped(inside.mul(stretch.exp()).add(beyond), logSlope);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray h = index(y);
    NDArray last = h.mul(END * END);
    NDArray lastStretch = logStretch(last);
    NDArray end = lastStretch.exp().mul(END);
    NDArray inside = y.maximum(end.neg()).minimum(end);
    NDArray w = Special.log1p(inside.square().mul(h));
    NDArray stretch = logStretch(w);
    NDArray beyond = y.sub(inside).mul(lastStretch.sub(last).exp());
    return new Mapped(inside.mul(stretch.neg().exp()).add(beyond), stretch.sub(w));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new HeavyTailsTransform(operator.apply(lower), operator.apply(upper));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, lower.getShape(), upper.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public String toString() {
    return "heavy tails";
  }
}
