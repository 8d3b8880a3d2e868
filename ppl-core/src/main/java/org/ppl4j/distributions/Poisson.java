package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogTails;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The Poisson distribution: how many events happen in a unit of time at a constant rate.
 *
 * <p>log p(x) = x log rate − rate − log x!, for x = 0, 1, …
 *
 * <p>Parameter: {@code rate ≥ 0}, the mean and the variance; at 0 all mass is on 0. A rate that is
 * an exponential may be smaller than any float. Values are whole numbers of any data type; draws
 * are of the run's float type, without gradient.
 */
public final class Poisson extends Distribution {

  private final NDArray rate;

  private Poisson(NDArray rate) {
    super(new Argument("rate", rate, Constraint.NON_NEGATIVE, 0));
    this.rate = rate;
  }

  /**
   * A Poisson distribution.
   *
   * @throws IllegalArgumentException if a plain number is negative
   */
  public static Poisson of(NDArray rate) {
    return new Poisson(rate);
  }

  /** As {@link #of(NDArray)}. */
  public static Poisson of(double rate) {
    return of(number(rate));
  }

  /** The parameter {@code rate}. */
  public NDArray rate() {
    return rate;
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE_INTEGER;
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return Counts.poisson(Counts.asFloat(value), rate);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray value = rng.poisson(expanded(run().bind(rate), batch));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  protected NDArray doMean() {
    return rate;
  }

  @Override
  protected NDArray doVariance() {
    return rate;
  }

  /** Q(⌊x⌋ + 1, rate), the upper incomplete gamma function. */
  @Override
  protected NDArray doCdf(NDArray value) {
    return Counts.cdf(value, k -> Special.gammaincc(k.add(1), rate));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Counts.sf(value, k -> Special.gammainc(k.add(1), rate));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Counts.logCdf(value, k -> LogTails.gammaUpper(k.add(1), rate));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Counts.cdf(value, k -> LogTails.gammaLower(k.add(1), rate));
  }

  @Override
  public Poisson withParameters(UnaryOperator<NDArray> operator) {
    return new Poisson(operator.apply(rate));
  }
}
