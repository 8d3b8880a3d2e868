package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/**
 * The exponential distribution on the non-negative numbers.
 *
 * <p>log p(x) = log rate − rate · x for x ≥ 0.
 *
 * <p>Parameter: {@code rate > 0}, one over the mean. A draw is −log(u) / rate.
 */
public final class Exponential extends ByLogSurvival {

  private final NDArray rate;

  private Exponential(NDArray rate) {
    super(Argument.positive("rate", rate));
    this.rate = rate;
  }

  /** An exponential distribution. */
  public static Exponential of(NDArray rate) {
    return new Exponential(rate);
  }

  /** As {@link #of(NDArray)}. */
  public static Exponential of(double rate) {
    return of(number(rate));
  }

  /** The parameter {@code rate}. */
  public NDArray rate() {
    return rate;
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return rate.log().sub(value.mul(rate));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.uniform(run(), batch).log().neg();
    return Draw.of(noise.div(rate), () -> rate.log().sub(noise));
  }

  @Override
  protected NDArray doMean() {
    return number(1).div(rate);
  }

  @Override
  protected NDArray doVariance() {
    return number(1).div(rate.square());
  }

  @Override
  protected NDArray doEntropy() {
    return number(1).sub(rate.log());
  }

  @Override
  NDArray quantile(NDArray logSf) {
    return logSf.neg().div(rate);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return value.maximum(0).mul(rate).neg();
  }

  @Override
  public Exponential withParameters(UnaryOperator<NDArray> operator) {
    return new Exponential(operator.apply(rate));
  }
}
