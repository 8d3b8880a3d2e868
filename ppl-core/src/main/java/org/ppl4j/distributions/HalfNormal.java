package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The absolute value of a normal variable with mean 0.
 *
 * <p>log p(x) = −½ (x / scale)² − log scale + ½ log(2 / π) for x ≥ 0.
 *
 * <p>Parameter: {@code scale > 0}. A draw is scale · |ε|.
 */
public final class HalfNormal extends Distribution {

  private final NDArray scale;

  private HalfNormal(NDArray scale) {
    super(Argument.positive("scale", scale));
    this.scale = scale;
  }

  /** A half-normal distribution. */
  public static HalfNormal of(NDArray scale) {
    return new HalfNormal(scale);
  }

  /** As {@link #of(NDArray)}. */
  public static HalfNormal of(double scale) {
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

  /** −½ z² − log scale + ½ log(2 / π). */
  private NDArray density(NDArray z) {
    return z.square()
        .mul(-0.5)
        .sub(scale.log().add(MathConstants.HALF_LOG_2PI - MathConstants.LOG_2));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), batch);
    return Draw.of(noise.abs().mul(scale), () -> density(noise));
  }

  @Override
  protected NDArray doMean() {
    return scale.mul(Math.sqrt(2 / Math.PI));
  }

  @Override
  protected NDArray doVariance() {
    return scale.square().mul(1 - 2 / Math.PI);
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(MathConstants.HALF_LOG_2PI + 0.5 - MathConstants.LOG_2);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return Special.erf(value.maximum(0).div(scale.mul(MathConstants.SQRT_2)));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Special.erfc(value.maximum(0).div(scale.mul(MathConstants.SQRT_2)));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Special.logNdtr(value.maximum(0).div(scale).neg()).add(MathConstants.LOG_2);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return Special.ndtri(probability.mul(0.5)).mul(scale).neg();
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.erfinv(probability).mul(scale.mul(MathConstants.SQRT_2));
  }

  @Override
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return Special.ndtriExp(logProbability.sub(MathConstants.LOG_2)).mul(scale).neg();
  }

  @Override
  public HalfNormal withParameters(UnaryOperator<NDArray> operator) {
    return new HalfNormal(operator.apply(scale));
  }
}
