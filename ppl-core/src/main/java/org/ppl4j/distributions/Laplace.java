package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The Laplace distribution on the reals: exponential on both sides of its location.
 *
 * <p>log p(x) = −|z| − log(2 scale) with z = (x − loc) / scale.
 *
 * <p>Parameters: {@code loc}, the mean and median; {@code scale > 0}, the mean absolute deviation.
 * A draw is loc + scale · ε with a standard Laplace noise ε, and its own log-density is computed
 * from ε.
 */
public final class Laplace extends LocationScale {

  private Laplace(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A Laplace distribution. */
  public static Laplace of(NDArray loc, NDArray scale) {
    return new Laplace(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Laplace of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Laplace of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Laplace of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return value.sub(loc).div(scale).abs().add(scale.log()).neg().sub(MathConstants.LOG_2);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.quantiles(run(), batch, Laplace::quantile);
    return Draw.moved(
        noise.mul(scale).add(loc),
        loc,
        () -> noise.abs().add(scale.log()).neg().sub(MathConstants.LOG_2));
  }

  /** Of the standard distribution. */
  private static double quantile(double u) {
    return u < 0.5 ? Math.log(2 * u) : -Math.log(2 * (1 - u));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return scale.square().mul(2);
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(1 + MathConstants.LOG_2);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return upper(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return upper(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return logUpper(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return logUpper(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return loc.sub(upperQuantile(probability).mul(scale));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return upperQuantile(probability).mul(scale).add(loc);
  }

  /** P(Z > z) of the standard distribution: ½ exp(−z), or 1 − ½ exp(z) below 0. */
  private static NDArray upper(NDArray z) {
    NDArray half = z.abs().neg().exp().mul(0.5);
    return Tensors.where(z.gt(0), half, number(1).sub(half));
  }

  private static NDArray logUpper(NDArray z) {
    NDArray low = Special.log1p(z.minimum(0).exp().mul(-0.5));
    return Tensors.where(z.gt(0), z.neg().sub(MathConstants.LOG_2), low);
  }

  /** The value that the standard variable exceeds with probability q. */
  private static NDArray upperQuantile(NDArray q) {
    NDArray logLower = number(2).sub(q.mul(2)).log();
    return Tensors.where(q.lt(0.5), q.mul(2).log().neg(), logLower);
  }

  @Override
  public Laplace withParameters(UnaryOperator<NDArray> operator) {
    return new Laplace(operator.apply(loc), operator.apply(scale));
  }
}
