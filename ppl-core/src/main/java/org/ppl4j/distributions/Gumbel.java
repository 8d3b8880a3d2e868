package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The Gumbel distribution on the reals: the limit law of the largest of many values.
 *
 * <p>log p(x) = −z − exp(−z) − log scale with z = (x − loc) / scale.
 *
 * <p>Parameters: {@code loc}, the mode; {@code scale > 0}. A draw is loc − scale · log(−log u).
 */
public final class Gumbel extends LocationScale {

  private static final double FAR = 1e4;

  private Gumbel(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A Gumbel distribution. */
  public static Gumbel of(NDArray loc, NDArray scale) {
    return new Gumbel(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gumbel of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gumbel of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gumbel of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.sub(loc).div(scale));
  }

  /** exp(−z) is infinite long before −z is {@link #FAR}, so that their sum has a sign. */
  private NDArray density(NDArray z) {
    return z.maximum(-FAR).add(z.neg().exp()).add(scale.log()).neg();
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.quantiles(run(), batch, u -> -Math.log(-Math.log(u)));
    return Draw.moved(noise.mul(scale).add(loc), loc, () -> density(noise));
  }

  @Override
  protected NDArray doMean() {
    return scale.mul(MathConstants.EULER).add(loc);
  }

  @Override
  protected NDArray doVariance() {
    return scale.square().mul(Math.PI * Math.PI / 6);
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(1 + MathConstants.EULER);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return doLogCdf(value).exp();
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Special.expm1(doLogCdf(value)).neg();
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return loc.sub(value).div(scale).exp().neg();
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Special.logInverseCloglog(loc.sub(value).div(scale));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return loc.sub(probability.log().neg().log().mul(scale));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.sub(Special.log1p(probability.neg()).neg().log().mul(scale));
  }

  @Override
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return loc.sub(logProbability.neg().log().mul(scale));
  }

  @Override
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return loc.sub(Special.log1mexp(logProbability).neg().log().mul(scale));
  }

  @Override
  public Gumbel withParameters(UnaryOperator<NDArray> operator) {
    return new Gumbel(operator.apply(loc), operator.apply(scale));
  }
}
