package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * How many of n independent trials succeed, each with probability p.
 *
 * <p>log p(x) = log (n choose x) + x log p + (n − x) log(1 − p), for x = 0 … n.
 *
 * <p>Parameters: {@code totalCount} n, a whole number that is not negative; {@code probs} p from 0
 * to 1, or {@code logits}, the log-odds, any real. Values are whole numbers of any data type; draws
 * are of the run's float type, without gradient. Digits are kept at large counts.
 */
public final class Binomial extends Distribution {

  private final NDArray totalCount;
  private final Odds odds;

  private Binomial(NDArray totalCount, Odds odds) {
    super(
        new Argument("totalCount", totalCount, Constraint.NON_NEGATIVE_INTEGER, 0),
        odds.argument(Constraint.UNIT_INTERVAL));
    this.totalCount = totalCount;
    this.odds = odds;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static Binomial of(NDArray totalCount, NDArray probs) {
    return probs(totalCount, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Binomial of(long totalCount, double probs) {
    return of(number((double) totalCount), number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Binomial of(NDArray totalCount, double probs) {
    return of(totalCount, number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Binomial of(long totalCount, NDArray probs) {
    return of(number((double) totalCount), probs);
  }

  /** A binomial distribution by the probability of success. */
  public static Binomial probs(NDArray totalCount, NDArray probs) {
    return new Binomial(totalCount, Odds.probs(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Binomial probs(long totalCount, double probs) {
    return probs(number((double) totalCount), number(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Binomial probs(long totalCount, NDArray probs) {
    return probs(number((double) totalCount), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Binomial probs(NDArray totalCount, double probs) {
    return probs(totalCount, number(probs));
  }

  /** A binomial distribution by the log-odds of success. */
  public static Binomial logits(NDArray totalCount, NDArray logits) {
    return new Binomial(totalCount, Odds.logits(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Binomial logits(long totalCount, double logits) {
    return logits(number((double) totalCount), number(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Binomial logits(long totalCount, NDArray logits) {
    return logits(number((double) totalCount), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Binomial logits(NDArray totalCount, double logits) {
    return logits(totalCount, number(logits));
  }

  /** The parameter {@code totalCount}. */
  public NDArray totalCount() {
    return totalCount;
  }

  /** The probability of success in one trial. */
  public NDArray probs() {
    return odds.probs();
  }

  /** The log-odds of success in one trial. */
  public NDArray logits() {
    return odds.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.integerInterval(number(0), totalCount);
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return Counts.binomial(Counts.asFloat(value), totalCount, odds);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray probs = expanded(run().bind(odds.probs()), batch);
    NDArray value = rng.binomial(totalCount, probs);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    double count = Counts.bound(totalCount, Math::max);
    return Counts.range(run(), 0, count, batchShape().dimension());
  }

  @Override
  protected NDArray doMean() {
    return totalCount.mul(odds.probs());
  }

  @Override
  protected NDArray doVariance() {
    return doMean().mul(odds.rest());
  }

  /** I_(1−p)(n − ⌊x⌋, ⌊x⌋ + 1), the incomplete beta function. */
  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray cdf = Counts.cdf(value, k -> odds.betaincc(k.add(1), left(k)));
    return Tensors.where(value.gte(totalCount), number(1), cdf);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray sf = Counts.sf(value, k -> odds.betainc(k.add(1), left(k)));
    return Tensors.where(value.gte(totalCount), number(0), sf);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray log = Counts.logCdf(value, k -> odds.logBetaincc(k.add(1), left(k)));
    return Tensors.where(value.gte(totalCount), number(0), log);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray log = Counts.cdf(value, k -> odds.logBetainc(k.add(1), left(k)));
    return Tensors.where(value.gte(totalCount), number(Double.NEGATIVE_INFINITY), log);
  }

  /** n − k, at least 1. */
  private NDArray left(NDArray k) {
    return totalCount.sub(k).maximum(1);
  }

  @Override
  public Binomial withParameters(UnaryOperator<NDArray> operator) {
    return new Binomial(operator.apply(totalCount), odds.with(operator));
  }
}
