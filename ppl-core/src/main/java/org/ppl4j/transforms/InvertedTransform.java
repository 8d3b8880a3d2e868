package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;

/** A transform seen from the other side. */
final class InvertedTransform extends Transform {

  private final Transform original;

  InvertedTransform(Transform original) {
    super(original.codomainEventDims(), original.domainEventDims());
    this.original = original;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return original.inverse(x);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return original.forward(y);
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return original.withParameters(operator).inverted();
  }

  @Override
  public Constraint domain() {
    return original.codomain();
  }

  @Override
  public Constraint codomain() {
    return original.domain();
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return original.inverseShape(shape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return original.forwardShape(shape);
  }

  @Override
  public Invertibility invertibility() {
    return original.invertibility();
  }

  @Override
  public int iterations() {
    return original.iterations();
  }

  @Override
  public double accuracy() {
    return original.accuracy();
  }

  @Override
  public Transform inverted() {
    return original;
  }

  /** Those of the original, the last first, each inverted. */
  @Override
  public List<Transform> parts() {
    List<Transform> parts = original.parts();
    return parts.size() == 1
        ? super.parts()
        : ImmutableList.copyOf(parts).reverse().stream().map(Transform::inverted).toList();
  }

  @Override
  public NDArray sign() {
    return original.sign();
  }

  @Override
  public String toString() {
    return original + ".inverted()";
  }
}
