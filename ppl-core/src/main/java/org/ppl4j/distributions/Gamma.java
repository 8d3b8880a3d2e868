package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.LogTails;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The gamma distribution on the positive numbers.
 *
 * <p>log p(x) = a log b + (a − 1) log x − b x − log Γ(a) with a = concentration, b = rate. It is
 * computed from the deviance of a from b x, so that large concentrations keep their digits (Loader
 * 2000).
 *
 * <p>Parameters: {@code concentration > 0}, {@code rate > 0}; the mean is a / b. Draws are made in
 * log space and differentiated implicitly with respect to the concentration (Figurnov, Mohamed and
 * Mnih 2018) and carry log x ({@link LogDistances}), from which their density is computed also
 * where x itself is too small for the float type.
 */
public final class Gamma extends Distribution {

  private final NDArray concentration;
  private final NDArray rate;

  private Gamma(NDArray concentration, NDArray rate) {
    super(Argument.positive("concentration", concentration), Argument.positive("rate", rate));
    this.concentration = concentration;
    this.rate = rate;
  }

  /** A gamma distribution. */
  public static Gamma of(NDArray concentration, NDArray rate) {
    return new Gamma(concentration, rate);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gamma of(double concentration, double rate) {
    return of(number(concentration), number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gamma of(NDArray concentration, double rate) {
    return of(concentration, number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Gamma of(double concentration, NDArray rate) {
    return of(number(concentration), rate);
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
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
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray a = concentration;
    NDArray normalizer = a.mul(rate).log().sub(Special.logFactorialRest(a));
    if (LogDistances.areKnown(value)) {
      NDArray log = LogDistances.of(value, 0).add(rate.log());
      return normalizer.sub(Special.deviance(a, log.exp(), log)).sub(log);
    }
    return normalizer.sub(Special.devianceAndLog(a, value.mul(rate)));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray log = rng.logGamma(expanded(run().bind(concentration), batch)).sub(rate.log());
    NDArray value = LogDistances.exp(log);
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  protected NDArray doMean() {
    return concentration.div(rate);
  }

  @Override
  protected NDArray doVariance() {
    return concentration.div(rate.square());
  }

  @Override
  protected NDArray doEntropy() {
    NDArray a = concentration;
    NDArray rest = a.sub(1).mul(logLessDigamma(a));
    return Special.logFactorialRest(a).add(rest).sub(rate.log());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaLowerOfLog(concentration, logOf(value)).exp();
    }
    return Special.gammainc(concentration, value.maximum(0).mul(rate));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaUpperOfLog(concentration, logOf(value)).exp();
    }
    return Special.gammaincc(concentration, value.maximum(0).mul(rate));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaLowerOfLog(concentration, logOf(value));
    }
    return LogTails.gammaLower(concentration, value.maximum(0).mul(rate));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaUpperOfLog(concentration, logOf(value));
    }
    return LogTails.gammaUpper(concentration, value.maximum(0).mul(rate));
  }

  /** The logarithm of the standard gamma variable by the distance of a value from 0. */
  private NDArray logOf(NDArray value) {
    return LogDistances.of(value, 0).add(rate.log());
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.gammaincinv(concentration, probability).div(rate);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return Special.gammainccinv(concentration, probability).div(rate);
  }

  @Override
  public Gamma withParameters(UnaryOperator<NDArray> operator) {
    return new Gamma(operator.apply(concentration), operator.apply(rate));
  }
}
