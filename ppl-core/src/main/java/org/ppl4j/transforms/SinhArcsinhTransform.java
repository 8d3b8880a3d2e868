package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * y = sinh(v), v = τ (sinh⁻¹(x) + ε): skewness ε, tail weight τ; log dy/dx = log τ + log cosh(v) −
 * log cosh(sinh⁻¹(x)).
 *
 * <p>Source: Jones and Pewsey, "Sinh-arcsinh distributions" (2009), whose δ is 1 / τ and whose ε
 * has no τ before it.
 */
final class SinhArcsinhTransform extends IncreasingTransform {

  private final NDArray skewness;
  private final NDArray tailWeight;

  private SinhArcsinhTransform(NDArray skewness, NDArray tailWeight) {
    this.skewness = skewness;
    this.tailWeight = tailWeight;
  }

  static SinhArcsinhTransform of(NDArray skewness, NDArray tailWeight) {
    OptionalDouble place = Tensors.constant(skewness);
    OptionalDouble weight = Tensors.constant(tailWeight);
    checkArgument(
        place.isEmpty() || Double.isFinite(place.getAsDouble()),
        "parameter 'skewness' of sinh-arcsinh must be finite, but is %s",
        place.orElse(0));
    checkArgument(
        weight.isEmpty() || (weight.getAsDouble() > 0 && Double.isFinite(weight.getAsDouble())),
        "parameter 'tailWeight' of sinh-arcsinh must be positive and finite, but is %s",
        weight.orElse(0));
    return new SinhArcsinhTransform(skewness, tailWeight);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray u = x.asinh();
    NDArray v = u.add(skewness).mul(tailWeight);
    return new Mapped(v.sinh(), logDerivative(u, v));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray v = y.asinh();
    NDArray u = v.div(tailWeight).sub(skewness);
    return new Mapped(u.sinh(), logDerivative(u, v).neg());
  }

  private NDArray logDerivative(NDArray u, NDArray v) {
    return Tanh.logCosh(v).sub(Tanh.logCosh(u)).add(tailWeight.log());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new SinhArcsinhTransform(operator.apply(skewness), operator.apply(tailWeight));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, skewness.getShape(), tailWeight.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public String toString() {
    return "sinh-arcsinh";
  }
}
