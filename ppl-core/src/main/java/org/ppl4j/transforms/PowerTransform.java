package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** y = x^p of positive numbers; log |dy/dx| = log |p| + (p − 1) log x. */
final class PowerTransform extends Transform {

  private final NDArray exponent;

  private PowerTransform(NDArray exponent) {
    super(0);
    this.exponent = exponent;
  }

  static PowerTransform of(NDArray exponent) {
    OptionalDouble number = Tensors.constant(exponent);
    checkArgument(
        number.isEmpty() || (Double.isFinite(number.getAsDouble()) && number.getAsDouble() != 0),
        "parameter 'exponent' of power must be finite and not 0, but is %s",
        number.orElse(0));
    return new PowerTransform(exponent);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray log = LogDistances.of(x, 0);
    return new Mapped(power(x, log, exponent), logDerivative(log));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray root = Tensors.number(1).div(exponent);
    NDArray log = LogDistances.of(y, 0);
    return new Mapped(power(y, log, root), logDerivative(log.mul(root)).neg());
  }

  private static NDArray power(NDArray x, NDArray log, NDArray exponent) {
    return LogDistances.areKnown(x) ? LogDistances.exp(log.mul(exponent)) : x.pow(exponent);
  }

  private NDArray logDerivative(NDArray logX) {
    return logX.mul(exponent.sub(1)).add(exponent.abs().log());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new PowerTransform(operator.apply(exponent));
  }

  @Override
  public Constraint domain() {
    return Constraint.POSITIVE;
  }

  @Override
  public Constraint codomain() {
    return Constraint.POSITIVE;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, exponent.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public NDArray sign() {
    return exponent.sign();
  }

  @Override
  public String toString() {
    return "power";
  }
}
