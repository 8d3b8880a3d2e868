package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;

/** A transform with batch dimensions turned into event dimensions. */
final class IndependentTransform extends Transform {

  private final Transform base;
  private final int dims;

  IndependentTransform(Transform base, int dims) {
    super(base.domainEventDims() + dims, base.codomainEventDims() + dims);
    this.base = base;
    this.dims = dims;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return summed(base.forward(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return summed(base.inverse(y));
  }

  private Mapped summed(Mapped mapped) {
    return new Mapped(mapped.value(), Tensors.sumRight(mapped.logDet(), dims));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new IndependentTransform(base.withParameters(operator), dims);
  }

  @Override
  public Transform independent(int more) {
    return more == 0 ? this : new IndependentTransform(base, dims + more);
  }

  @Override
  public List<Transform> parts() {
    List<Transform> parts = base.parts();
    if (parts.size() == 1) {
      return super.parts();
    }
    ImmutableList.Builder<Transform> all = ImmutableList.builder();
    int eventDims = domainEventDims();
    for (Transform part : parts) {
      Transform one = part.independent(eventDims - part.domainEventDims());
      eventDims = one.codomainEventDims();
      all.add(one);
    }
    return all.build();
  }

  @Override
  public Constraint domain() {
    return Constraint.independent(base.domain(), dims);
  }

  @Override
  public Constraint codomain() {
    return Constraint.independent(base.codomain(), dims);
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return base.forwardShape(shape);
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return base.inverseShape(shape);
  }

  @Override
  public Invertibility invertibility() {
    return base.invertibility();
  }

  @Override
  public int iterations() {
    return base.iterations();
  }

  @Override
  public double accuracy() {
    return base.accuracy();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IndependentTransform that
        && base.equals(that.base)
        && dims == that.dims;
  }

  @Override
  public int hashCode() {
    return 31 * base.hashCode() + dims;
  }

  @Override
  public String toString() {
    return base + ".independent(" + dims + ")";
  }
}
