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
import org.ppl4j.tensor.Tensors;

/**
 * The distribution of 1 / g with a gamma variable g.
 *
 * <p>log p(x) = a log b − log Γ(a) − (a + 1) log x − b / x for x > 0, with a = concentration and b
 * = rate, the rate of g (Pyro's name; elsewhere it is called the scale of x).
 *
 * <p>Parameters: {@code concentration > 0}, {@code rate > 0}. The mean b / (a − 1) is infinite for
 * a ≤ 1, the variance for a ≤ 2. Draws are made in log space and differentiated implicitly with
 * respect to the concentration, and carry log x ({@link LogDistances}), from which their density is
 * computed also where x itself is too large for the float type.
 */
public final class InverseGamma extends Distribution {

  private final NDArray concentration;
  private final NDArray rate;

  private InverseGamma(NDArray concentration, NDArray rate) {
    super(Argument.positive("concentration", concentration), Argument.positive("rate", rate));
    this.concentration = concentration;
    this.rate = rate;
  }

  /** An inverse gamma distribution. */
  public static InverseGamma of(NDArray concentration, NDArray rate) {
    return new InverseGamma(concentration, rate);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static InverseGamma of(double concentration, double rate) {
    return of(number(concentration), number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static InverseGamma of(NDArray concentration, double rate) {
    return of(concentration, number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static InverseGamma of(double concentration, NDArray rate) {
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
    return Constraint.POSITIVE;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray log = LogDistances.of(value, 0);
    NDArray logInverse = rate.log().sub(log);
    NDArray inverse = LogDistances.areKnown(value) ? logInverse.exp() : rate.div(value);
    return concentration
        .log()
        .sub(Special.logFactorialRest(concentration))
        .sub(Special.deviance(concentration, inverse, logInverse))
        .sub(log);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray gamma = rng.logGamma(expanded(run().bind(concentration), batch));
    NDArray log = rate.log().sub(gamma);
    NDArray value = LogDistances.exp(log);
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  protected NDArray doMean() {
    NDArray exists = concentration.gt(1);
    NDArray excess = Tensors.where(exists, concentration.sub(1), 1);
    return Tensors.where(exists, rate.div(excess), Double.POSITIVE_INFINITY);
  }

  @Override
  protected NDArray doVariance() {
    NDArray exists = concentration.gt(2);
    NDArray a = Tensors.where(exists, concentration, 3);
    NDArray variance = rate.div(a.sub(1)).square().div(a.sub(2));
    return Tensors.where(exists, variance, Double.POSITIVE_INFINITY);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray a = concentration;
    return Special.logFactorialRest(a)
        .add(rate.log())
        .sub(a.log().mul(2))
        .add(a.add(1).mul(logLessDigamma(a)));
  }

  /** b / x, its gradient by way of logarithms, which do not overflow. */
  private NDArray inverse(NDArray value) {
    double tiny = Math.exp(-Tensors.run(value, rate).floatType().logRange());
    NDArray safe = value.maximum(tiny);
    NDArray logs = rate.log().sub(safe.log());
    NDArray inverse = rate.div(safe).stopGradient();
    return Tensors.withDerivative(inverse, logs, inverse);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaUpperOfLog(concentration, logOf(value)).exp();
    }
    return Special.gammaincc(concentration, inverse(value));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaLowerOfLog(concentration, logOf(value)).exp();
    }
    return Special.gammainc(concentration, inverse(value));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaUpperOfLog(concentration, logOf(value));
    }
    return LogTails.gammaUpper(concentration, inverse(value));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.gammaLowerOfLog(concentration, logOf(value));
    }
    return LogTails.gammaLower(concentration, inverse(value));
  }

  /** The logarithm of the standard gamma variable by the distance of a value from 0. */
  private NDArray logOf(NDArray value) {
    return rate.log().sub(LogDistances.of(value, 0));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return rate.div(Special.gammainccinv(concentration, probability));
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return rate.div(Special.gammaincinv(concentration, probability));
  }

  @Override
  public InverseGamma withParameters(UnaryOperator<NDArray> operator) {
    return new InverseGamma(operator.apply(concentration), operator.apply(rate));
  }
}
