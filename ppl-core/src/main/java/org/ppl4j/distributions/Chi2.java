package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/**
 * The chi-squared distribution on the positive numbers: Gamma(df / 2, 1 / 2), the sum of squares of
 * df standard normal variables.
 *
 * <p>log p(x) = (a − 1) log x − x / 2 − a log 2 − log Γ(a) with a = df / 2.
 *
 * <p>Parameter: {@code df > 0}, the degrees of freedom, which is also the mean. All else is as for
 * {@link Gamma}.
 */
public final class Chi2 extends Distribution {

  private final NDArray df;
  private final Gamma gamma;

  private Chi2(NDArray df) {
    super(new Shape(), Argument.positive("df", df));
    this.df = df;
    this.gamma = Gamma.of(df.mul(0.5), number(0.5));
  }

  /**
   * A chi-squared distribution.
   *
   * @throws IllegalArgumentException if a plain number is out of range or shapes do not broadcast
   */
  public static Chi2 of(NDArray df) {
    return new Chi2(df);
  }

  /** As {@link #of(NDArray)}. */
  public static Chi2 of(double df) {
    return of(number(df));
  }

  /** The parameter {@code df}. */
  public NDArray df() {
    return df;
  }

  @Override
  public Constraint support() {
    return gamma.support();
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return gamma.doLogProb(value);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    return gamma.doDraw(rng, batch);
  }

  @Override
  protected NDArray doMean() {
    return df;
  }

  @Override
  protected NDArray doVariance() {
    return df.mul(2);
  }

  @Override
  protected NDArray doEntropy() {
    return gamma.doEntropy();
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return gamma.doCdf(value);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return gamma.doSf(value);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return gamma.doLogCdf(value);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return gamma.doLogSf(value);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return gamma.doIcdf(probability);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return gamma.doIsf(probability);
  }

  @Override
  public Chi2 withParameters(UnaryOperator<NDArray> operator) {
    return new Chi2(operator.apply(df));
  }
}
