package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * 1 with probability p, 0 otherwise.
 *
 * <p>log p(x) = x log p + (1 − x) log(1 − p), or x l − log(1 + exp(l)) with l = log(p / (1 − p)).
 *
 * <p>Parameter: {@code probs} from 0 to 1, or {@code logits}, any real. A probability that a
 * sigmoid gave keeps its logarithm where it rounds to 0 or 1. Values are 0 and 1 of any data type,
 * booleans too; draws are 0 and 1 of the run's float type, without gradient.
 */
public final class Bernoulli extends Distribution {

  private final Odds odds;

  private Bernoulli(Odds odds) {
    super(odds.argument(Constraint.UNIT_INTERVAL));
    this.odds = odds;
  }

  /** The same as {@link #probs(NDArray)}. */
  public static Bernoulli of(NDArray probs) {
    return probs(probs);
  }

  /** As {@link #of(NDArray)}. */
  public static Bernoulli of(double probs) {
    return of(number(probs));
  }

  /**
   * A Bernoulli distribution by the probability of 1.
   *
   * @throws IllegalArgumentException if a plain number is not from 0 to 1
   */
  public static Bernoulli probs(NDArray probs) {
    return new Bernoulli(Odds.probs(probs));
  }

  /** As {@link #probs(NDArray)}. */
  public static Bernoulli probs(double probs) {
    return probs(number(probs));
  }

  /** A Bernoulli distribution by the log-odds of 1. */
  public static Bernoulli logits(NDArray logits) {
    return new Bernoulli(Odds.logits(logits));
  }

  /** As {@link #logits(NDArray)}. */
  public static Bernoulli logits(double logits) {
    return logits(number(logits));
  }

  /** The probability of 1. */
  public NDArray probs() {
    return odds.probs();
  }

  /** The log-odds of 1. */
  public NDArray logits() {
    return odds.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.BOOLEAN;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  protected boolean showsUndefined() {
    return odds.isLogits();
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    if (odds.isLogits()) {
      NDArray x = Counts.asFloat(value);
      return x.mul(odds.parameter()).add(odds.logRest());
    }
    NDArray isOne = value.getDataType().isBoolean() ? value : value.gt(0);
    return Tensors.where(isOne, odds.logProbs(), odds.logRest());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray probs = run.bind(probs());
    NDArray value = Counts.asFloat(rng.bernoulli(expanded(probs, batch)));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    return Counts.range(run(), 0, 1, batchShape().dimension());
  }

  @Override
  public Bernoulli withParameters(UnaryOperator<NDArray> operator) {
    return new Bernoulli(odds.with(operator));
  }

  @Override
  protected NDArray doMean() {
    return probs();
  }

  @Override
  protected NDArray doVariance() {
    return odds.probs().mul(odds.rest());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray some = Tensors.where(value.gte(0), odds.rest(), number(0));
    return Tensors.where(value.gte(1), number(1), some);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Tensors.where(value.gte(1), number(0), Tensors.where(value.gte(0), probs(), number(1)));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray impossible = number(Double.NEGATIVE_INFINITY);
    NDArray some = Tensors.where(value.gte(0), odds.logRest(), impossible);
    return Tensors.where(value.gte(1), number(0), some);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray some = Tensors.where(value.gte(0), odds.logProbs(), number(0));
    return Tensors.where(value.gte(1), number(Double.NEGATIVE_INFINITY), some);
  }

  /** −p log p − (1 − p) log(1 − p). */
  @Override
  protected NDArray doEntropy() {
    NDArray p = odds.probs();
    NDArray q = odds.rest();
    NDArray sum =
        odds.hasLogs()
            ? p.mul(odds.logProbs()).add(q.mul(odds.logRest()))
            : Special.xlogy(p, p).add(Special.xlogy(q, q));
    return sum.neg();
  }
}
