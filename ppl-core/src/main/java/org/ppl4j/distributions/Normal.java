package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The normal distribution on the reals.
 *
 * <p>log p(x) = −z²/2 − log scale − ½ log 2π with z = (x − loc) / scale.
 *
 * <p>Parameters: {@code loc}, any real; {@code scale > 0}, the standard deviation. A draw is loc +
 * scale · ε, and its own log-density is computed from the noise ε.
 */
public final class Normal extends LocationScale {

  private Normal(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A normal distribution. */
  public static Normal of(NDArray loc, NDArray scale) {
    return new Normal(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Normal of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Normal of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Normal of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  /** The standard normal distribution for a batch of that many sizes; none for one number. */
  public static Distribution standard(long... batch) {
    return of(0, 1).expand(batch);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.sub(loc).div(scale));
  }

  private NDArray density(NDArray z) {
    return z.square().mul(-0.5).sub(scale.log().add(MathConstants.HALF_LOG_2PI));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), batch);
    return Draw.moved(noise.mul(scale).add(loc), loc, () -> density(noise));
  }

  @Override
  public Normal withParameters(UnaryOperator<NDArray> operator) {
    return new Normal(operator.apply(loc), operator.apply(scale));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return scale.square();
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(MathConstants.HALF_LOG_2PI + 0.5);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return Special.ndtr(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Special.ndtr(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Special.logNdtr(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Special.logNdtr(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.sub(Special.ndtri(probability).mul(scale));
  }

  @Override
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return Special.ndtriExp(logProbability).mul(scale).add(loc);
  }

  @Override
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return loc.sub(Special.ndtriExp(logProbability).mul(scale));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.ndtri(probability).mul(scale).add(loc);
  }
}
