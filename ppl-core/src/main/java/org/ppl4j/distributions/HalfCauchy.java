package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The absolute value of a Cauchy variable with median 0.
 *
 * <p>log p(x) = log 2 − log π − log scale − log(1 + (x / scale)²) for x ≥ 0.
 *
 * <p>Parameter: {@code scale > 0}, the median. Mean and variance are infinite. A draw is scale ·
 * tan(π u / 2).
 *
 * <p>More than 1e154 scales out (1e19 in float32) z² overflows and the log-density is −∞.
 */
public final class HalfCauchy extends Distribution {

  private final NDArray scale;

  private HalfCauchy(NDArray scale) {
    super(Argument.positive("scale", scale));
    this.scale = scale;
  }

  /** A half-Cauchy distribution. */
  public static HalfCauchy of(NDArray scale) {
    return new HalfCauchy(scale);
  }

  /** As {@link #of(NDArray)}. */
  public static HalfCauchy of(double scale) {
    return of(number(scale));
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.div(scale));
  }

  private NDArray density(NDArray z) {
    return number(MathConstants.LOG_2 - MathConstants.LOG_PI)
        .sub(scale.log())
        .sub(Special.logSquaredHypot(z));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.uniform(run(), batch).mul(Math.PI / 2).tan();
    return Draw.of(noise.mul(scale), () -> density(noise));
  }

  @Override
  protected NDArray doMean() {
    return scale.mul(Double.POSITIVE_INFINITY);
  }

  @Override
  protected NDArray doVariance() {
    return doMean();
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(Math.log(2 * Math.PI));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return value.maximum(0).div(scale).atan().mul(2 / Math.PI);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray z = value.maximum(0).div(scale);
    NDArray far = z.gt(1);
    NDArray inverse = number(1).div(Tensors.where(far, z, number(1)));
    return Tensors.where(
        far, inverse.atan().mul(2 / Math.PI), number(1).sub(z.atan().mul(2 / Math.PI)));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return scale.div(probability.mul(Math.PI / 2).tan());
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return probability.mul(Math.PI / 2).tan().mul(scale);
  }

  @Override
  public HalfCauchy withParameters(UnaryOperator<NDArray> operator) {
    return new HalfCauchy(operator.apply(scale));
  }
}
