package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * y = bound ± exp(x), onto one side of a bound; log |dy/dx| = x. Rounding to the bound itself is
 * kept off where it is not a member.
 *
 * <p>Source: Stan Reference Manual, "Lower bounded scalar", "Upper bounded scalar".
 */
final class HalfLineTransform extends Transform {

  private final NDArray bound;
  private final boolean above;
  private final boolean strict;

  HalfLineTransform(NDArray bound, boolean above, boolean strict) {
    super(0);
    this.bound = bound;
    this.above = above;
    this.strict = strict;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray y = above ? x.exp().add(bound) : bound.sub(x.exp());
    if (!strict) {
      return mapped(y, x);
    }
    FloatType type = Tensors.run(x).floatType();
    double tiny = Math.exp(-type.logRange());
    NDArray least = bound.abs().mul(2 * type.gapBelowOne()).add(tiny);
    return mapped(above ? y.maximum(bound.add(least)) : y.minimum(bound.sub(least)), x);
  }

  private Mapped mapped(NDArray y, NDArray x) {
    return new Mapped(LogDistances.carried(y, bound, () -> x), x);
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray x =
        LogDistances.areKnown(y)
            ? LogDistances.of(y, bound)
            : (above ? y.sub(bound) : bound.sub(y)).log();
    return new Mapped(x, x.neg());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new HalfLineTransform(operator.apply(bound), above, strict);
  }

  @Override
  public Constraint codomain() {
    if (above) {
      return strict ? Constraint.greaterThan(bound) : Constraint.greaterThanEq(bound);
    }
    return strict ? Constraint.lessThan(bound) : Constraint.lessThanEq(bound);
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, bound.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public NDArray sign() {
    return Tensors.number(above ? 1 : -1);
  }

  @Override
  public String toString() {
    return above ? "above" : "below";
  }
}
