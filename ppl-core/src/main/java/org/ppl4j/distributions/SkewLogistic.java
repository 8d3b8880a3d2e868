package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The skewed logistic distribution on the reals (Dubey 1967, type I): its cdf is that of the
 * logistic distribution to the power asymmetry.
 *
 * <p>log p(x) = log a − log scale − z − (a + 1) log(1 + exp(−z)) with z = (x − loc) / scale and a =
 * asymmetry.
 *
 * <p>Parameters: {@code loc}, any real; {@code scale > 0}; {@code asymmetry > 0}, below 1 for a
 * longer left tail. A draw has log σ(z) = log(u) / a.
 */
public final class SkewLogistic extends LocationScale {

  /** Where log(1 + exp(−z)) is exp(−z). */
  private static final double FAR = 40;

  private final NDArray asymmetry;

  private SkewLogistic(NDArray loc, NDArray scale, NDArray asymmetry) {
    super(
        loc,
        scale,
        Argument.real("loc", loc),
        Argument.positive("scale", scale),
        Argument.positive("asymmetry", asymmetry));
    this.asymmetry = asymmetry;
  }

  /** A skewed logistic distribution. */
  public static SkewLogistic of(NDArray loc, NDArray scale, NDArray asymmetry) {
    return new SkewLogistic(loc, scale, asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(double loc, double scale, double asymmetry) {
    return of(number(loc), number(scale), number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(NDArray loc, double scale, double asymmetry) {
    return of(loc, number(scale), number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(double loc, NDArray scale, double asymmetry) {
    return of(number(loc), scale, number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(double loc, double scale, NDArray asymmetry) {
    return of(number(loc), number(scale), asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(NDArray loc, NDArray scale, double asymmetry) {
    return of(loc, scale, number(asymmetry));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(NDArray loc, double scale, NDArray asymmetry) {
    return of(loc, number(scale), asymmetry);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static SkewLogistic of(double loc, NDArray scale, NDArray asymmetry) {
    return of(number(loc), scale, asymmetry);
  }

  /** The parameter {@code asymmetry}. */
  public NDArray asymmetry() {
    return asymmetry;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray z = value.sub(loc).div(scale);
    return density(Special.softplus(z).neg(), Special.logSigmoid(z).mul(asymmetry));
  }

  /** log (a / scale) + log σ(−z) + a log σ(z), the last of which is the logarithm of the cdf. */
  private NDArray density(NDArray logRest, NDArray logCdf) {
    return logCdf.add(logRest).add(asymmetry.log().sub(scale.log()));
  }

  /** The −z with −log σ(z) = e: e + log(1 − exp(−e)). */
  private static NDArray mirrored(NDArray e) {
    return e.add(Special.log1mexp(e.neg()));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray logCdf = rng.quantiles(run(), batch, Math::log);
    NDArray mirrored = mirrored(logCdf.neg().div(asymmetry));
    return Draw.moved(
        loc.sub(mirrored.mul(scale)), loc, () -> density(Special.logSigmoid(mirrored), logCdf));
  }

  @Override
  protected NDArray doMean() {
    return Special.digamma(asymmetry).add(MathConstants.EULER).mul(scale).add(loc);
  }

  @Override
  protected NDArray doVariance() {
    return Special.polygamma(1, asymmetry).add(Math.PI * Math.PI / 6).mul(scale.square());
  }

  @Override
  protected NDArray doEntropy() {
    return scale
        .div(asymmetry)
        .log()
        .add(Special.digamma(asymmetry.add(1)))
        .add(1 + MathConstants.EULER);
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
    return Special.logSigmoid(value.sub(loc).div(scale)).mul(asymmetry);
  }

  /** With a log σ(z) = −exp(log a + log(−log σ(z))), whose last part is −z far out. */
  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray z = value.sub(loc).div(scale);
    NDArray isFar = z.gt(FAR);
    NDArray near = Special.softplus(z.minimum(FAR).neg()).log();
    NDArray log = Tensors.where(isFar, z.neg(), near);
    return Special.logInverseCloglog(asymmetry.log().add(log));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return loc.sub(mirrored(probability.log().neg().div(asymmetry)).mul(scale));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    NDArray e = Special.log1p(probability.neg()).neg().div(asymmetry);
    return loc.sub(mirrored(e).mul(scale));
  }

  @Override
  public SkewLogistic withParameters(UnaryOperator<NDArray> operator) {
    return new SkewLogistic(operator.apply(loc), operator.apply(scale), operator.apply(asymmetry));
  }
}
