package org.ppl4j.transforms;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/** y = loc + scale · x with given parameters; log |dy/dx| = log |scale|. */
final class AffineTransform extends Transform {

  private final NDArray loc;
  private final NDArray scale;

  private AffineTransform(NDArray loc, NDArray scale) {
    super(0);
    this.loc = loc;
    this.scale = scale;
  }

  static AffineTransform of(NDArray loc, NDArray scale) {
    OptionalDouble number = Tensors.constant(scale);
    checkArgument(
        number.isEmpty() || (Double.isFinite(number.getAsDouble()) && number.getAsDouble() != 0),
        "parameter 'scale' of affine must be finite and not 0, but is %s",
        number.orElse(0));
    double shift = Tensors.constant(loc).orElse(0);
    checkArgument(
        Double.isFinite(shift), "parameter 'loc' of affine must be finite, but is %s", shift);
    return new AffineTransform(loc, scale);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    return new Mapped(LogDistances.affine(x, loc, scale), scale.abs().log());
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    return new Mapped(LogDistances.standardised(y, loc, scale), scale.abs().log().neg());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new AffineTransform(operator.apply(loc), operator.apply(scale));
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, loc.getShape(), scale.getShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  /** Whether the other does the same with the same tensors or equal plain numbers. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AffineTransform that
        && isSame(loc, that.loc)
        && isSame(scale, that.scale);
  }

  private static boolean isSame(NDArray a, NDArray b) {
    OptionalDouble number = Tensors.constant(a);
    return a == b || (number.isPresent() && number.equals(Tensors.constant(b)));
  }

  @Override
  public int hashCode() {
    return AffineTransform.class.hashCode();
  }

  @Override
  public NDArray sign() {
    return scale.sign();
  }

  @Override
  public String toString() {
    return "affine";
  }
}
