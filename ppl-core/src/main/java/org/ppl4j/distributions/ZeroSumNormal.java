package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The normal distribution on the plane of vectors that sum to 0: effects of groups as deviations
 * from their mean.
 *
 * <p>log p(x) = −½ |x|² / scale² − (K − 1) (log scale + ½ log 2π), per unit of surface of the
 * plane.
 *
 * <p>Parameters: {@code scale > 0}; the size K of the vectors, at least 2. A draw is K normal
 * numbers less their mean; the variance of an entry is scale² (1 − 1/K).
 */
public final class ZeroSumNormal extends Distribution {

  private final NDArray scale;
  private final int size;

  private ZeroSumNormal(NDArray scale, int size) {
    super(new Shape(size), Argument.positive("scale", scale));
    checkArgument(size > 1, "ZeroSumNormal has vectors of size %s; it needs at least 2", size);
    this.scale = scale;
    this.size = size;
  }

  /**
   * A normal distribution of vectors that sum to 0.
   *
   * @param scale {@code (*)}
   * @param size of the vectors
   * @throws IllegalArgumentException if a number is out of range
   */
  public static ZeroSumNormal of(NDArray scale, int size) {
    return new ZeroSumNormal(scale, size);
  }

  /** As {@link #of(NDArray, int)}. */
  public static ZeroSumNormal of(double scale, int size) {
    return of(number(scale), size);
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  @Override
  public Constraint support() {
    return Constraint.ZERO_SUM;
  }

  private NDArray each() {
    return Tensors.constant(scale).isPresent() ? scale : scale.expandDims(-1);
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.div(each()));
  }

  private NDArray density(NDArray z) {
    NDArray logScale = scale.log().add(MathConstants.HALF_LOG_2PI).mul(size - 1);
    return z.square().sum(new int[] {-1}).mul(-0.5).sub(logScale);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), Shapes.concat(batch, eventShape()));
    NDArray z = noise.sub(noise.sum(new int[] {-1}, true).mul(1.0 / size));
    return Draw.of(z.mul(each()), () -> density(z));
  }

  @Override
  protected NDArray doMean() {
    return run().zeros(eventShape());
  }

  @Override
  protected NDArray doVariance() {
    return run().ones(eventShape()).mul(each().square().mul(1 - 1.0 / size));
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(MathConstants.HALF_LOG_2PI + 0.5).mul(size - 1);
  }

  @Override
  public ZeroSumNormal withParameters(UnaryOperator<NDArray> operator) {
    return new ZeroSumNormal(operator.apply(scale), size);
  }
}
