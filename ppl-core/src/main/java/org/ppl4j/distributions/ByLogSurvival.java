package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;

/**
 * A family whose survival function has a logarithm in closed form that can be inverted: all tails
 * and quantiles follow from these two.
 */
abstract class ByLogSurvival extends Distribution {

  ByLogSurvival(Argument... arguments) {
    super(arguments);
  }

  /** The value whose survival function has this logarithm; the least one of a discrete family. */
  abstract NDArray quantile(NDArray logSf);

  @Override
  protected abstract NDArray doLogSf(NDArray value);

  @Override
  public final boolean hasIcdf() {
    return true;
  }

  @Override
  protected final NDArray doCdf(NDArray value) {
    return Special.expm1(doLogSf(value)).neg();
  }

  @Override
  protected final NDArray doSf(NDArray value) {
    return doLogSf(value).exp();
  }

  @Override
  protected final NDArray doIcdf(NDArray probability) {
    return quantile(Special.log1p(probability.neg()));
  }

  @Override
  protected final NDArray doIsf(NDArray probability) {
    return quantile(probability.log());
  }

  @Override
  protected final NDArray doIsfOfLog(NDArray logProbability) {
    return quantile(logProbability);
  }
}
