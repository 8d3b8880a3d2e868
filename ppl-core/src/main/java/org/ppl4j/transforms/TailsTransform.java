package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * y = x √((exp(w) − 1) / w), w = h x², with an h for each side; log dy/dx = w − ½ log((exp(w) − 1)
 * / w). Beyond |x| = 5.5 it is a line. The inverse is that of −h, with w = log(1 + h y²): it is
 * what a negative h stands for.
 *
 * <p>Source: Wallace, "Bounds on normal approximations to Student's and the chi-square
 * distributions" (1959), whose approximation to Student's quantiles has this form.
 */
final class TailsTransform extends IncreasingTransform {

  /** Of a normal base one draw of 25 million lies beyond it. */
  private static final double END = 5.5;

  /** With more, squares of images would soon be no numbers of single precision. */
  static final double MOST = 1.5;

  private final NDArray lower;
  private final NDArray upper;

  private TailsTransform(NDArray lower, NDArray upper) {
    this.lower = lower;
    this.upper = upper;
  }

  static TailsTransform of(NDArray lower, NDArray upper) {
    check("lower", lower);
    check("upper", upper);
    return new TailsTransform(lower, upper);
  }

  private static void check(String name, NDArray index) {
    OptionalDouble number = Tensors.constant(index);
    checkArgument(
        number.isEmpty() || Math.abs(number.getAsDouble()) <= MOST,
        "parameter '%s' of tails must be from -%s to %s, but is %s",
        name,
        MOST,
        MOST,
        number.orElse(0));
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return map(x, lower, upper);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return map(y, lower.neg(), upper.neg());
  }

  private static Mapped map(NDArray x, NDArray lower, NDArray upper) {
    NDArray h = Tensors.where(x.lt(0), lower, upper); // a number stays on its side
    NDArray isHeavy = h.gte(0);
    NDArray size = Tensors.where(isHeavy, h, h.neg());
    NDArray far = logStretch(size.mul(END * END)).exp().mul(END);
    NDArray end = Tensors.where(isHeavy, Tensors.number(END), far);
    NDArray inside = x.maximum(end.neg()).minimum(end);
    NDArray square = inside.square().mul(size);
    NDArray w = Tensors.where(isHeavy, square, Special.log1p(square));
    NDArray stretch = logStretch(w);
    NDArray slope = w.sub(stretch);
    NDArray logStretch = Tensors.where(isHeavy, stretch, stretch.neg());
    NDArray logSlope = Tensors.where(isHeavy, slope, slope.neg());
    NDArray beyond = x.sub(inside).mul(logSlope.exp());
    return new Mapped(inside.mul(logStretch.exp()).add(beyond), logSlope);
  }

  /** log √((exp(w) − 1) / w). */
  private static NDArray logStretch(NDArray w) {
    return Special.logExprel(w).mul(0.5);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new TailsTransform(operator.apply(lower), operator.apply(upper));
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
    return "tails";
  }
}
