package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;

/** A family of increasing maps of a normal variable: x = g(loc + scale · ε). */
abstract class NormalImage extends Distribution {

  final NDArray loc;
  final NDArray scale;

  NormalImage(NDArray loc, NDArray scale) {
    super(Argument.real("loc", loc), Argument.positive("scale", scale));
    this.loc = loc;
    this.scale = scale;
  }

  /** g, which gives the value of a normal variable. */
  abstract NDArray image(NDArray normal);

  /** The inverse of g, at the end of its range beyond it. */
  abstract NDArray normal(NDArray value);

  /** The parameter {@code loc}. */
  public final NDArray loc() {
    return loc;
  }

  /** The parameter {@code scale}. */
  public final NDArray scale() {
    return scale;
  }

  @Override
  public final boolean hasIcdf() {
    return true;
  }

  private NDArray standardized(NDArray value) {
    return normal(value).sub(loc).div(scale);
  }

  private NDArray quantile(NDArray standard) {
    return image(standard.mul(scale).add(loc));
  }

  private NDArray upperQuantile(NDArray standard) {
    return image(loc.sub(standard.mul(scale)));
  }

  @Override
  protected final NDArray doCdf(NDArray value) {
    return Special.ndtr(standardized(value));
  }

  @Override
  protected final NDArray doSf(NDArray value) {
    return Special.ndtr(standardized(value).neg());
  }

  @Override
  protected final NDArray doLogCdf(NDArray value) {
    return Special.logNdtr(standardized(value));
  }

  @Override
  protected final NDArray doLogSf(NDArray value) {
    return Special.logNdtr(standardized(value).neg());
  }

  @Override
  protected final NDArray doIcdf(NDArray probability) {
    return quantile(Special.ndtri(probability));
  }

  @Override
  protected final NDArray doIsf(NDArray probability) {
    return upperQuantile(Special.ndtri(probability));
  }

  @Override
  protected final NDArray doIcdfOfLog(NDArray logProbability) {
    return quantile(Special.ndtriExp(logProbability));
  }

  @Override
  protected final NDArray doIsfOfLog(NDArray logProbability) {
    return upperQuantile(Special.ndtriExp(logProbability));
  }
}
