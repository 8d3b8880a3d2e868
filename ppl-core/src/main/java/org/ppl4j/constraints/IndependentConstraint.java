package org.ppl4j.constraints;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Tensors all of whose entries along some batch dimensions are members of a base constraint: what
 * {@code toEvent} makes of a distribution's support.
 */
public final class IndependentConstraint extends WrappedConstraint {

  private final int dims;

  private IndependentConstraint(Constraint base, int dims) {
    super(base);
    this.dims = dims;
  }

  static IndependentConstraint of(Constraint base, int dims) {
    checkArgument(
        dims > 0,
        "independent constraint over %s takes a number of dims above 0, but got %s",
        base,
        dims);
    return base instanceof IndependentConstraint inner
        ? new IndependentConstraint(inner.base(), inner.dims + dims)
        : new IndependentConstraint(base, dims);
  }

  @Override
  public Constraint elementwise() {
    return base().elementwise();
  }

  /** How many batch dimensions of the base became event dimensions. */
  public int dims() {
    return dims;
  }

  @Override
  public NDArray check(NDArray value) {
    NDArray outside = Tensors.cast(base().check(value).logicalNot(), DataType.INT64);
    return Tensors.sumRight(outside, dims).eq(0);
  }

  @Override
  @Nullable NDArray excluded(NDArray value) {
    NDArray each = base().excluded(value);
    for (int i = 0; i < dims && each != null; i++) {
      each = Tensors.any(each, -1);
    }
    return each;
  }

  @Override
  public int eventDims() {
    return base().eventDims() + dims;
  }

  @Override
  public boolean isReal() {
    return base().isReal();
  }

  /** Those of the base in each entry. */
  @Override
  public long[] coordinates(Shape event) {
    Shape inner = Shapes.takeRight(event, base().eventDims());
    long[] each = base().coordinates(inner);
    return LongStream.range(0, event.size() / inner.size())
        .flatMap(entry -> Arrays.stream(each).map(at -> entry * inner.size() + at))
        .toArray();
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof IndependentConstraint that
        && dims == that.dims
        && base().equals(that.base());
  }

  @Override
  public int hashCode() {
    return 31 * base().hashCode() + dims;
  }

  @Override
  public String toString() {
    return "independent(" + base() + ", " + dims + ")";
  }
}
