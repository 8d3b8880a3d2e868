package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The logistic distribution on the reals.
 *
 * <p>log p(x) = z − 2 log(1 + exp(z)) − log scale with z = (x − loc) / scale.
 *
 * <p>Parameters: {@code loc}, the mean and median; {@code scale > 0}, √3 / π standard deviations. A
 * draw is loc + scale · log(u / (1 − u)).
 */
public final class Logistic extends LocationScale {

  private Logistic(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A Logistic distribution. */
  public static Logistic of(NDArray loc, NDArray scale) {
    return new Logistic(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Logistic of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Logistic of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Logistic of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.sub(loc).div(scale));
  }

  private NDArray density(NDArray z) {
    return Special.softplus(z).add(Special.softplus(z.neg())).add(scale.log()).neg();
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.quantiles(run(), batch, u -> Math.log(u) - Math.log1p(-u));
    return Draw.moved(noise.mul(scale).add(loc), loc, () -> density(noise));
  }

  @Override
  protected NDArray doMean() {
    return loc;
  }

  @Override
  protected NDArray doVariance() {
    return scale.square().mul(Math.PI * Math.PI / 3);
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(2);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return Special.sigmoid(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Special.sigmoid(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Special.logSigmoid(value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Special.logSigmoid(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.logit(probability).mul(scale).add(loc);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.sub(Special.logit(probability).mul(scale));
  }

  @Override
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return logit(logProbability).mul(scale).add(loc);
  }

  @Override
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return loc.sub(logit(logProbability).mul(scale));
  }

  /** log p − log(1 − p) by log p. */
  private static NDArray logit(NDArray logProbability) {
    return logProbability.sub(Special.log1mexp(logProbability));
  }

  @Override
  public Logistic withParameters(UnaryOperator<NDArray> operator) {
    return new Logistic(operator.apply(loc), operator.apply(scale));
  }
}
