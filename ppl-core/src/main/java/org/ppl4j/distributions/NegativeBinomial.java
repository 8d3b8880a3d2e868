package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/**
 * How many trials succeed before the r-th one that fails, each succeeding with probability p; r
 * need not be whole.
 *
 * <p>log p(x) = log Γ(x + r) − log Γ(r) − log x! + r log(1 − p) + x log p, for x = 0, 1, …
 *
 * <p>Parameters: {@code totalCount} r, above 0; {@code probs} p from 0 to below 1, or {@code
 * logits}, the log-odds, any real. As in PyTorch, p is the probability of what is counted: the mean
 * is r p / (1 − p). Values are whole numbers of any data type; draws are of the run's float type,
 * without gradient. Digits are kept at large counts.
 */
public final class NegativeBinomial extends Distribution {

  private final NDArray totalCount;
  private final Odds odds;

  private NegativeBinomial(NDArray totalCount, Odds odds) {
    super(Argument.positive("totalCount", totalCount), odds.argument(Constraint.BELOW_ONE));
    this.totalCount = totalCount;
    this.odds = odds;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static NegativeBinomial of(NDArray totalCount, NDArray probs) {
    return probs(totalCount, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static NegativeBinomial of(double totalCount, double probs) {
    return of(number(totalCount), number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static NegativeBinomial of(NDArray totalCount, double probs) {
    return of(totalCount, number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static NegativeBinomial of(double totalCount, NDArray probs) {
    return of(number(totalCount), probs);
  }

  /** A negative binomial distribution by the probability of what is counted. */
  public static NegativeBinomial probs(NDArray totalCount, NDArray probs) {
    return new NegativeBinomial(totalCount, Odds.probs(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static NegativeBinomial probs(double totalCount, double probs) {
    return probs(number(totalCount), number(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static NegativeBinomial probs(double totalCount, NDArray probs) {
    return probs(number(totalCount), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static NegativeBinomial probs(NDArray totalCount, double probs) {
    return probs(totalCount, number(probs));
  }

  /** A negative binomial distribution by the log-odds of what is counted. */
  public static NegativeBinomial logits(NDArray totalCount, NDArray logits) {
    return new NegativeBinomial(totalCount, Odds.logits(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static NegativeBinomial logits(double totalCount, double logits) {
    return logits(number(totalCount), number(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static NegativeBinomial logits(double totalCount, NDArray logits) {
    return logits(number(totalCount), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static NegativeBinomial logits(NDArray totalCount, double logits) {
    return logits(totalCount, number(logits));
  }

  /** The parameter {@code totalCount}. */
  public NDArray totalCount() {
    return totalCount;
  }

  /** The probability of what is counted. */
  public NDArray probs() {
    return odds.probs();
  }

  /** The log-odds of what is counted. */
  public NDArray logits() {
    return odds.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE_INTEGER;
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray k = Counts.asFloat(value);
    NDArray trials = k.add(totalCount);
    NDArray deviances = odds.deviance(k, trials).add(odds.devianceOfRest(totalCount, trials));
    return Counts.negativeBinomial(k, totalCount, trials, deviances);
  }

  /** A Poisson draw whose rate is a gamma draw. */
  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray r = expanded(run().bind(totalCount).stopGradient(), batch);
    NDArray logGamma = rng.split(0).logGamma(r);
    NDArray value = Counts.gammaPoisson(rng.split(1), logGamma, odds.logits());
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  protected NDArray doMean() {
    return totalCount.mul(odds.ratio());
  }

  @Override
  protected NDArray doVariance() {
    return doMean().div(odds.rest());
  }

  /** I_(1−p)(r, ⌊x⌋ + 1), the incomplete beta function. */
  @Override
  protected NDArray doCdf(NDArray value) {
    return Counts.cdf(value, k -> odds.betaincc(k.add(1), totalCount));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Counts.sf(value, k -> odds.betainc(k.add(1), totalCount));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Counts.logCdf(value, k -> odds.logBetaincc(k.add(1), totalCount));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Counts.cdf(value, k -> odds.logBetainc(k.add(1), totalCount));
  }

  @Override
  public NegativeBinomial withParameters(UnaryOperator<NDArray> operator) {
    return new NegativeBinomial(operator.apply(totalCount), odds.with(operator));
  }
}
