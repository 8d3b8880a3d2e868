package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.GammaDifferences;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * Student's t distribution on the reals.
 *
 * <p>log p(x) = log Γ((ν + 1) / 2) − log Γ(ν / 2) − ½ log(π ν) − log scale − (ν + 1) / 2 · log(1 +
 * z² / ν) with z = (x − loc) / scale and ν = df.
 *
 * <p>Parameters: {@code df > 0}, the degrees of freedom; {@code loc}, any real; {@code scale > 0}.
 * The mean is NaN for df ≤ 1; the variance is NaN for df ≤ 1 and infinite for df ≤ 2. A draw is loc
 * + scale · ε / √(g / (ν / 2)) with g a gamma draw of concentration ν / 2, differentiated
 * implicitly.
 *
 * <p>More than 1e154 scales out (1e19 in float32) z² overflows and the log-density is −∞.
 */
public final class StudentT extends LocationScale {

  /** The logarithm of more than a normal draw is. */
  static final double LARGEST_NOISE = 3;

  /** From this logarithm of a distance on, 1 is nothing beside its square. */
  private static final double FAR = 40;

  private final NDArray df;

  private StudentT(NDArray df, NDArray loc, NDArray scale) {
    super(
        loc,
        scale,
        Argument.positive("df", df),
        Argument.real("loc", loc),
        Argument.positive("scale", scale));
    this.df = df;
  }

  /** A Student's t distribution. */
  public static StudentT of(NDArray df, NDArray loc, NDArray scale) {
    return new StudentT(df, loc, scale);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(double df, double loc, double scale) {
    return of(number(df), number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(double df, NDArray loc, NDArray scale) {
    return of(number(df), loc, scale);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(NDArray df, double loc, double scale) {
    return of(df, number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(double df, NDArray loc, double scale) {
    return of(number(df), loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(double df, double loc, NDArray scale) {
    return of(number(df), number(loc), scale);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(NDArray df, NDArray loc, double scale) {
    return of(df, loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static StudentT of(NDArray df, double loc, NDArray scale) {
    return of(df, number(loc), scale);
  }

  /** The parameter {@code df}. */
  public NDArray df() {
    return df;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray distance = LogDistances.standardised(value, loc, scale.mul(df.sqrt()));
    return density(
        LogDistances.areKnown(distance)
            ? Special.softplus(LogDistances.of(distance, 0).mul(2))
            : Special.log1pSquare(distance));
  }

  /** By log(1 + z² / df). */
  private NDArray density(NDArray logKernel) {
    NDArray half = df.add(1).mul(0.5);
    NDArray normalizer = GammaDifferences.halfStep(df.mul(0.5)).sub(scale.log());
    return normalizer.sub(logKernel.mul(half)).sub(MathConstants.HALF_LOG_2PI);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray half = run.bind(df).mul(0.5);
    NDArray logGamma = rng.split(0).logGamma(expanded(half, batch));
    NDArray noise = rng.split(1).normal(run, batch);
    NDArray stretch = half.log().sub(logGamma).mul(0.5);
    NDArray z = noise.mul(LogDistances.exp(stretch, LARGEST_NOISE));
    NDArray carrying = LogDistances.carried(z, 0, () -> noise.abs().log().add(stretch));
    NDArray value = LogDistances.affine(carrying, loc, scale);
    return Draw.moved(
        value, loc, () -> density(Special.softplus(noise.square().mul(0.5).log().sub(logGamma))));
  }

  @Override
  protected NDArray doMean() {
    return Tensors.where(df.gt(1), loc, number(Double.NaN));
  }

  @Override
  protected NDArray doVariance() {
    NDArray excess = Tensors.where(df.gt(2), df.sub(2), number(1));
    NDArray heavy = Tensors.where(df.gt(1), number(Double.POSITIVE_INFINITY), number(Double.NaN));
    return Tensors.where(df.gt(2), scale.square().mul(df).div(excess), heavy);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray half = df.mul(0.5);
    return half.add(0.5)
        .mul(GammaDifferences.digammaHalfStep(half))
        .sub(GammaDifferences.halfStep(half))
        .add(scale.log())
        .add(MathConstants.HALF_LOG_2PI);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray z = value.sub(loc).div(scale);
    return LogDistances.areKnown(value) ? logTail(value, z).exp() : Special.stdtr(df, z);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray z = value.sub(loc).div(scale).neg();
    return LogDistances.areKnown(value) ? logTail(value, z).exp() : Special.stdtr(df, z);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return logTail(value, value.sub(loc).div(scale));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return logTail(value, value.sub(loc).div(scale).neg());
  }

  /**
   * The logarithm of the probability below z, which the value standardised is or its negative: far
   * out by the distance that the value carries, in which the tail is a power law.
   */
  private NDArray logTail(NDArray value, NDArray z) {
    NDArray near = Special.logStdtr(df, z);
    if (!LogDistances.areKnown(value)) {
      return near;
    }
    NDArray half = df.mul(0.5);
    NDArray log = LogDistances.of(value, loc).sub(scale.log());
    NDArray tail =
        GammaDifferences.halfStep(half)
            .sub(half.log().mul(0.5))
            .sub(log.sub(df.log().mul(0.5)).mul(df))
            .sub(MathConstants.LOG_2 + 0.5 * MathConstants.LOG_PI);
    NDArray lower = tail.minimum(-MathConstants.LOG_2);
    NDArray far = Tensors.where(z.lt(0), lower, Special.log1mexp(lower));
    return Tensors.where(log.gt(FAR), far, near);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.stdtrit(df, probability).mul(scale).add(loc);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.sub(Special.stdtrit(df, probability).mul(scale));
  }

  @Override
  public StudentT withParameters(UnaryOperator<NDArray> operator) {
    return new StudentT(operator.apply(df), operator.apply(loc), operator.apply(scale));
  }
}
