package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * The distribution function of a continuous distribution of numbers as a transform: y = F(x), from
 * the support onto the unit interval; log dy/dx = log p(x). Its {@code inverted()} is the quantile
 * function, which makes draws of the distribution from uniform ones, and of any copula with uniform
 * margins one with these margins.
 *
 * <p>Both directions cost what {@code cdf}, {@code icdf} and {@code logProb} of the distribution
 * do. Where F rounds to 0 or 1, y is the nearest number inside, so that the quantile stays finite.
 */
public final class CdfTransform extends Transform {

  /** The smallest positive normal number of float32; also inside the range of float64. */
  private static final double TINY = 0x1.0p-126;

  private final Distribution distribution;

  private CdfTransform(Distribution distribution) {
    super(0);
    this.distribution = distribution;
  }

  /**
   * The distribution function of {@code distribution}, which must have a {@code cdf} (and an {@code
   * icdf} for the inverse); its batch broadcasts against the inputs.
   *
   * @throws IllegalArgumentException if the distribution is discrete, or of vectors
   */
  public static CdfTransform of(Distribution distribution) {
    checkArgument(
        distribution.eventShape().dimension() == 0,
        "cdf of '%s' is no map of numbers: its draws have shape %s; use toEvent after the map",
        distribution.name(),
        distribution.eventShape());
    checkArgument(
        !distribution.support().isDiscrete(),
        "cdf of '%s' is a step function, which is no bijection; take a continuous distribution",
        distribution.name());
    return new CdfTransform(distribution);
  }

  @Override
  protected Mapped doForward(NDArray x) {
    double gap = x.getDataType() == DataType.FLOAT64 ? 0x1.0p-53 : 0x1.0p-24;
    NDArray y = distribution.cdf(x).clip(TINY, 1 - gap);
    return new Mapped(y, distribution.logProb(x));
  }

  @Override
  protected Mapped doInverse(NDArray y) {
    NDArray x = distribution.icdf(y);
    return new Mapped(x, distribution.logProb(x).neg());
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new CdfTransform(distribution.withParameters(operator));
  }

  @Override
  public Constraint domain() {
    return distribution.support();
  }

  @Override
  public Constraint codomain() {
    return Constraint.UNIT_INTERVAL;
  }

  @Override
  public Shape forwardShape(Shape shape) {
    return Shapes.broadcast(shape, distribution.batchShape());
  }

  @Override
  public Shape inverseShape(Shape shape) {
    return forwardShape(shape);
  }

  @Override
  public NDArray sign() {
    return Tensors.number(1);
  }

  @Override
  public String toString() {
    return "cdf of " + distribution.name();
  }
}
