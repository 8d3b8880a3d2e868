package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * How many trials fail before the first one that succeeds, each succeeding with probability p.
 *
 * <p>log p(x) = x log(1 − p) + log p, for x = 0, 1, …
 *
 * <p>Parameter: {@code probs} p from above 0 to 1, or {@code logits}, the log-odds, any real.
 * Values are whole numbers of any data type; draws are of the run's float type, without gradient.
 */
public final class Geometric extends ByLogSurvival {

  private final Odds odds;

  private Geometric(Odds odds) {
    super(odds.argument(Constraint.ABOVE_ZERO));
    this.odds = odds;
  }

  /** The same as {@link #probs(NDArray)}. */
  public static Geometric of(NDArray probs) {
    return probs(probs);
  }

  /** As {@link #of(NDArray)}. */
  public static Geometric of(double probs) {
    return of(number(probs));
  }

  /**
   * A geometric distribution by the probability of success.
   *
   * @throws IllegalArgumentException if a plain number is not above 0 and at most 1
   */
  public static Geometric probs(NDArray probs) {
    return new Geometric(Odds.probs(probs));
  }

  /** As {@link #probs(NDArray)}. */
  public static Geometric probs(double probs) {
    return probs(number(probs));
  }

  /** A geometric distribution by the log-odds of success. */
  public static Geometric logits(NDArray logits) {
    return new Geometric(Odds.logits(logits));
  }

  /** As {@link #logits(NDArray)}. */
  public static Geometric logits(double logits) {
    return logits(number(logits));
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
    return Constraint.NON_NEGATIVE_INTEGER;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray k = Counts.asFloat(value);
    NDArray failures =
        odds.hasLogs() ? k.mul(odds.logRest()) : Special.xlog1py(k, odds.parameter().neg());
    return failures.add(odds.logProbs());
  }

  /**
   * The largest number of failures of which all happen with at least a uniform probability. The
   * logarithm of that of one may be 0 of either sign.
   */
  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray log = rng.uniform(run(), batch).log();
    NDArray failures = log.div(odds.logRest().stopGradient()).abs();
    NDArray value = failures.floor().minimum(Counts.largest(run()));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  protected NDArray doMean() {
    return odds.hasLogs() ? odds.logits().neg().exp() : odds.rest().div(odds.parameter());
  }

  @Override
  protected NDArray doVariance() {
    return doMean().div(odds.probs());
  }

  /** −log p − (1 − p) / p · log(1 − p). */
  @Override
  protected NDArray doEntropy() {
    NDArray failures =
        odds.hasLogs()
            ? doMean().mul(odds.logRest())
            : Special.xlog1py(doMean(), odds.parameter().neg());
    return failures.add(odds.logProbs()).neg();
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return odds.logRest().mul(Counts.asFloat(value).floor().add(1).maximum(0));
  }

  @Override
  NDArray quantile(NDArray bound) {
    return Counts.roundedUp(bound.div(odds.logRest())).sub(1).maximum(0);
  }

  @Override
  public Geometric withParameters(UnaryOperator<NDArray> operator) {
    return new Geometric(odds.with(operator));
  }
}
