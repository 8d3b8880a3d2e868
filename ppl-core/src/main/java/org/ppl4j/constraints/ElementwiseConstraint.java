package org.ppl4j.constraints;

import ai.djl.ndarray.NDArray;
import java.util.function.DoublePredicate;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;

/** A set of numbers given by a predicate on numbers and the same predicate on tensors. */
final class ElementwiseConstraint extends Constraint {

  private final String name;
  private final DoublePredicate number;
  private final UnaryOperator<NDArray> tensor;
  private final NDArray interior;
  private final UnaryOperator<NDArray> complement;
  private final boolean discrete;

  /**
   * A set.
   *
   * @param complement the opposite of {@code tensor}, but false for a NaN
   */
  ElementwiseConstraint(
      String name,
      DoublePredicate number,
      UnaryOperator<NDArray> tensor,
      UnaryOperator<NDArray> complement,
      double interior,
      boolean discrete) {
    this.name = name;
    this.number = number;
    this.tensor = tensor;
    this.complement = complement;
    this.interior = Tensors.number(interior);
    this.discrete = discrete;
  }

  @Override
  public NDArray check(NDArray value) {
    return tensor.apply(value);
  }

  @Override
  public boolean contains(double value) {
    return Double.isFinite(value) && number.test(value);
  }

  @Override
  public boolean isDiscrete() {
    return discrete;
  }

  @Override
  NDArray excluded(NDArray value) {
    return complement.apply(value);
  }

  @Override
  public NDArray interior(NDArray value) {
    return interior;
  }

  @Override
  public String toString() {
    return name;
  }
}
