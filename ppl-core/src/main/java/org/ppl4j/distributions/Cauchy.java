package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The Cauchy distribution on the reals.
 *
 * <p>log p(x) = −log π − log scale − log(1 + z²) with z = (x − loc) / scale.
 *
 * <p>Parameters: {@code loc}, the median; {@code scale > 0}, half the distance of the quartiles.
 * Mean and variance are NaN. A draw is loc + scale · tan(π (u − ½)).
 *
 * <p>More than 1e154 scales out (1e19 in float32) z² overflows and the log-density is −∞.
 */
public final class Cauchy extends LocationScale {

  private Cauchy(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A Cauchy distribution. */
  public static Cauchy of(NDArray loc, NDArray scale) {
    return new Cauchy(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Cauchy of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Cauchy of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Cauchy of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray z = value.sub(loc).div(scale);
    return number(-MathConstants.LOG_PI).sub(scale.log()).sub(Special.logSquaredHypot(z));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.uniform(run(), batch).sub(0.5).mul(Math.PI).tan();
    return Draw.moved(
        noise.mul(scale).add(loc),
        loc,
        () -> number(-MathConstants.LOG_PI).sub(scale.log()).sub(Special.logSquaredHypot(noise)));
  }

  @Override
  protected NDArray doMean() {
    return loc.add(scale).mul(Double.NaN);
  }

  @Override
  protected NDArray doVariance() {
    return doMean();
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(Math.log(4 * Math.PI));
  }

  /** The lower tail keeps its relative accuracy: −atan(1/z) / π below z = −1. */
  @Override
  protected NDArray doCdf(NDArray value) {
    return lower(value.sub(loc).div(scale));
  }

  private static NDArray lower(NDArray z) {
    NDArray low = z.lt(-1);
    NDArray tail = number(1).div(Tensors.where(low, z, number(-1)));
    return Tensors.where(low, tail.atan().mul(-1 / Math.PI), z.atan().mul(1 / Math.PI).add(0.5));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return lower(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.mul(2).sub(doIcdf(probability));
  }

  /** −1 / tan(π p) in the lower tail, tan(π (p − ½)) elsewhere. */
  @Override
  protected NDArray doIcdf(NDArray probability) {
    NDArray low = probability.lt(0.25);
    NDArray tail = Tensors.where(low, probability, number(0.25)).mul(Math.PI).tan();
    NDArray z = Tensors.where(low, number(-1).div(tail), probability.sub(0.5).mul(Math.PI).tan());
    return z.mul(scale).add(loc);
  }

  @Override
  public Cauchy withParameters(UnaryOperator<NDArray> operator) {
    return new Cauchy(operator.apply(loc), operator.apply(scale));
  }
}
