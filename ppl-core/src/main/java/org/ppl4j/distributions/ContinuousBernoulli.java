package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The continuous Bernoulli distribution on the unit interval: an exponential density, rising or
 * falling (Loaiza-Ganem and Cunningham 2019).
 *
 * <p>log p(x) = x l − log((exp(l) − 1) / l) with l = log(λ / (1 − λ)), which is x log λ + (1 − x)
 * log(1 − λ) + log C(λ); uniform for λ = ½.
 *
 * <p>Parameter: {@code probs} λ, strictly between 0 and 1, or {@code logits} l, any real. Despite
 * the name λ is not the mean. A draw is the quantile of one uniform noise. Everything is exact near
 * λ = ½ too, by series.
 */
public final class ContinuousBernoulli extends Distribution {

  /** B_2n / (2n (2n)!) for n = 1, 2, … (DLMF 4.19.7). */
  private static final ImmutableList<Double> EVEN =
      ImmutableList.of(
          0.041666666666666664,
          -0.00034722222222222224,
          5.5114638447971785e-06,
          -1.033399470899471e-07,
          2.08767569878681e-09,
          -4.403491782239578e-11,
          9.55895466477477e-13,
          -2.1185501852016142e-14,
          4.770034475709914e-16,
          -1.087434349279031e-17,
          2.5040921947091955e-19);

  private final NDArray parameter;
  private final boolean isLogits;

  private ContinuousBernoulli(NDArray parameter, boolean isLogits) {
    super(
        isLogits
            ? Argument.real("logits", parameter)
            : new Argument("probs", parameter, Constraint.UNIT_INTERVAL, 0));
    this.parameter = parameter;
    this.isLogits = isLogits;
    OptionalDouble constant = Tensors.constant(parameter);
    checkArgument(
        isLogits
            || constant.isEmpty()
            || (constant.getAsDouble() > 0 && constant.getAsDouble() < 1),
        "parameter 'probs' of ContinuousBernoulli must be strictly between 0 and 1, but is %s",
        constant.orElse(0));
  }

  /** The same as {@link #probs(NDArray)}. */
  public static ContinuousBernoulli of(NDArray probs) {
    return probs(probs);
  }

  /** As {@link #of(NDArray)}. */
  public static ContinuousBernoulli of(double probs) {
    return of(number(probs));
  }

  /**
   * A continuous Bernoulli distribution by λ.
   *
   * @throws IllegalArgumentException if a plain number is not strictly between 0 and 1
   */
  public static ContinuousBernoulli probs(NDArray probs) {
    return new ContinuousBernoulli(probs, false);
  }

  /** As {@link #probs(NDArray)}. */
  public static ContinuousBernoulli probs(double probs) {
    return probs(number(probs));
  }

  /** A continuous Bernoulli distribution by the log-odds of λ. */
  public static ContinuousBernoulli logits(NDArray logits) {
    return new ContinuousBernoulli(logits, true);
  }

  /** As {@link #logits(NDArray)}. */
  public static ContinuousBernoulli logits(double logits) {
    return logits(number(logits));
  }

  /** The parameter λ. */
  public NDArray probs() {
    return isLogits ? Special.sigmoid(parameter) : parameter;
  }

  /** The log-odds of λ. */
  public NDArray logits() {
    return isLogits ? parameter : Special.logit(parameter);
  }

  @Override
  public Constraint support() {
    return Constraint.UNIT_INTERVAL;
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
    NDArray logits = logits();
    return value.mul(logits).sub(Special.logExprel(logits));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray logits = logits();
    NDArray value = Special.tiltedQuantile(rng.uniform(run(), batch), logits);
    return Draw.of(value, () -> value.mul(logits).sub(Special.logExprel(logits)));
  }

  @Override
  protected NDArray doMean() {
    return ofLogits(
        l -> number(1).div(Special.expm1(l.neg()).neg()).sub(number(1).div(l)),
        l -> l.mul(series(l, 1)).add(0.5));
  }

  @Override
  protected NDArray doVariance() {
    return ofLogits(
        l -> {
          NDArray size = l.abs().neg();
          NDArray slope = size.exp().div(Special.expm1(size).square());
          return number(1).div(l.square()).sub(slope);
        },
        l -> series(l, 2));
  }

  /** The formula far from even odds, the other close to them. */
  private NDArray ofLogits(UnaryOperator<NDArray> far, UnaryOperator<NDArray> close) {
    NDArray logits = logits();
    NDArray isFar = logits.abs().gt(1);
    return Tensors.where(
        isFar, far.apply(Tensors.where(isFar, logits, number(2))), close.apply(logits.clip(-1, 1)));
  }

  /**
   * Of Σ c_n l^2n, the even part of the log-normaliser with c_n = B_2n / (2n (2n)!), the first
   * derivative over l, or the second derivative.
   */
  private static NDArray series(NDArray l, int derivative) {
    NDArray square = l.square();
    NDArray sum = number(0);
    for (int n = EVEN.size(); n >= 1; n--) {
      double factor = derivative == 1 ? 2 * n : 2 * n * (2 * n - 1);
      sum = sum.mul(square).add(EVEN.get(n - 1) * factor);
    }
    return sum;
  }

  @Override
  protected NDArray doEntropy() {
    NDArray logits = logits();
    return Special.logExprel(logits).sub(logits.mul(doMean()));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray x = value.clip(0, 1);
    return logRatio(x).sub(steepness(1).mul(number(1).sub(x))).exp().mul(x);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray x = value.clip(0, 1);
    NDArray rest = number(1).sub(x);
    return logRatio(rest).sub(steepness(-1).mul(x)).exp().mul(rest);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray x = value.clip(0, 1);
    return logRatio(x).sub(steepness(1).mul(number(1).sub(x))).add(x.log());
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray x = value.clip(0, 1);
    NDArray logRest = Special.log1p(x.neg());
    return logRatio(number(1).sub(x)).sub(steepness(-1).mul(x)).add(logRest);
  }

  /** log of (1 − exp(−|l| x)) / x over the same for 1, which tells the larger part of a cdf. */
  private NDArray logRatio(NDArray x) {
    NDArray falling = logits().abs().neg();
    return Special.logExprel(falling.mul(x)).sub(Special.logExprel(falling));
  }

  /** The positive part of l, or of −l. */
  private NDArray steepness(int sign) {
    return logits().mul(sign).maximum(0);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.tiltedQuantile(probability, logits());
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return number(1).sub(Special.tiltedQuantile(probability, logits().neg()));
  }

  @Override
  public ContinuousBernoulli withParameters(UnaryOperator<NDArray> operator) {
    return new ContinuousBernoulli(operator.apply(parameter), isLogits);
  }
}
