package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * A number between 0 and 1 that comes close to a Bernoulli draw as the temperature falls, and has a
 * gradient: the sigmoid of (l + ε) / t with logistic noise ε.
 *
 * <p>log p(x) = log t + l + (t − 1) (log x + log(1 − x)) − 2 log(exp(l) (1 − x)^t + x^t) with t =
 * temperature and l the log-odds.
 *
 * <p>Parameters: {@code temperature > 0}; {@code probs} between 0 and 1, or {@code logits}, any
 * real. Mean and variance have no formula. A draw's own log-density comes from the logit, which
 * does not round to an end.
 *
 * <p>Source: Maddison, Mnih and Teh, "The concrete distribution" (2017), appendix B.
 */
public final class RelaxedBernoulli extends Distribution {

  private final NDArray temperature;
  private final Odds odds;

  private RelaxedBernoulli(NDArray temperature, Odds odds) {
    super(
        Argument.positive("temperature", temperature),
        odds.argument(Constraint.BETWEEN_ZERO_AND_ONE));
    this.temperature = temperature;
    this.odds = odds;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulli of(NDArray temperature, NDArray probs) {
    return probs(temperature, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulli of(double temperature, double probs) {
    return of(number(temperature), number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulli of(NDArray temperature, double probs) {
    return of(temperature, number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulli of(double temperature, NDArray probs) {
    return of(number(temperature), probs);
  }

  /** A relaxed Bernoulli distribution by the probability of 1. */
  public static RelaxedBernoulli probs(NDArray temperature, NDArray probs) {
    return new RelaxedBernoulli(temperature, Odds.probs(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulli probs(double temperature, double probs) {
    return probs(number(temperature), number(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulli probs(double temperature, NDArray probs) {
    return probs(number(temperature), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulli probs(NDArray temperature, double probs) {
    return probs(temperature, number(probs));
  }

  /** A relaxed Bernoulli distribution by the log-odds of 1. */
  public static RelaxedBernoulli logits(NDArray temperature, NDArray logits) {
    return new RelaxedBernoulli(temperature, Odds.logits(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulli logits(double temperature, double logits) {
    return logits(number(temperature), number(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulli logits(double temperature, NDArray logits) {
    return logits(number(temperature), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulli logits(NDArray temperature, double logits) {
    return logits(temperature, number(logits));
  }

  /** The parameter {@code temperature}. */
  public NDArray temperature() {
    return temperature;
  }

  /** The probability of a value above one half. */
  public NDArray probs() {
    return odds.probs();
  }

  /** The log-odds of a value above one half. */
  public NDArray logits() {
    return odds.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.UNIT_INTERVAL;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    if (LogDistances.areKnown(value)) {
      NDArray log = LogDistances.of(value, 0);
      NDArray logRest = LogDistances.of(value, 1);
      return density(z(log.sub(logRest)), log.add(logRest));
    }
    NDArray excess = temperature.sub(1);
    NDArray l = odds.logits();
    NDArray toZero = Special.log1p(value.neg()).mul(temperature).add(l);
    NDArray total = Special.logAddExp(toZero, value.log().mul(temperature));
    return Special.xlogy(excess, value)
        .add(Special.xlog1py(excess, value.neg()))
        .add(temperature.log().add(l))
        .sub(total.mul(2));
  }

  /** Kept from the ends. */
  private static NDArray between(NDArray value) {
    FloatType type = Tensors.run(value).floatType();
    return value.clip(Math.exp(-type.logRange()), 1 - type.gapBelowOne());
  }

  /** l − t y for log-odds y of the value. */
  private NDArray z(NDArray logit) {
    return odds.logits().sub(logit.mul(temperature));
  }

  private NDArray density(NDArray z, NDArray logSlope) {
    return temperature.log().add(logSlope(z)).sub(logSlope);
  }

  /** log σ + log(1 − σ) of log-odds, the logarithm of the slope of σ. */
  private static NDArray logSlope(NDArray logit) {
    return Special.logSigmoid(logit).add(Special.logSigmoid(logit.neg()));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = Special.logit(rng.uniform(run(), batch));
    NDArray logit = odds.logits().add(noise).div(temperature);
    return Draw.of(LogDistances.sigmoid(logit), () -> density(noise, logSlope(logit)));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return bounded(value, Special.sigmoid(at(value).neg()), 0, 1);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return bounded(value, Special.sigmoid(at(value)), 1, 0);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    double never = Double.NEGATIVE_INFINITY;
    return bounded(value, Special.logSigmoid(at(value).neg()), never, 0);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    double never = Double.NEGATIVE_INFINITY;
    return bounded(value, Special.logSigmoid(at(value)), 0, never);
  }

  private NDArray at(NDArray value) {
    return z(
        LogDistances.areKnown(value)
            ? LogDistances.of(value, 0).sub(LogDistances.of(value, 1))
            : Special.logit(between(value)));
  }

  /** With what holds at 0 and below, and at 1 and above. */
  private static NDArray bounded(NDArray value, NDArray inside, double below, double above) {
    NDArray upper = Tensors.where(value.gte(1), number(above), inside);
    return Tensors.where(value.lte(0), number(below), upper);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return quantile(Special.logit(probability));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return quantile(Special.logit(probability).neg());
  }

  private NDArray quantile(NDArray noise) {
    return Special.sigmoid(odds.logits().add(noise).div(temperature));
  }

  @Override
  public RelaxedBernoulli withParameters(UnaryOperator<NDArray> operator) {
    return new RelaxedBernoulli(operator.apply(temperature), odds.with(operator));
  }
}
