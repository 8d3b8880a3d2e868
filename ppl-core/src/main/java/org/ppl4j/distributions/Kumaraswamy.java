package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.GammaDifferences;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The Kumaraswamy distribution on the unit interval: close to the beta distribution, with cdf and
 * quantiles in closed form.
 *
 * <p>log p(x) = log a + log b + (a − 1) log x + (b − 1) log(1 − x^a) with a = concentration1 and b
 * = concentration0.
 *
 * <p>Parameters: {@code concentration1 > 0}, {@code concentration0 > 0}. A draw is (1 − u^(1 /
 * b))^(1 / a), from the smallest normal float32 number to the largest number below 1; its own
 * log-density is computed from the noise.
 */
public final class Kumaraswamy extends ByLogSurvival {

  /** The logarithm of a share from which log(1 − share) cannot be told. */
  private static final double FAR = -40;

  private final NDArray concentration1;
  private final NDArray concentration0;

  private Kumaraswamy(NDArray concentration1, NDArray concentration0) {
    super(
        Argument.positive("concentration1", concentration1),
        Argument.positive("concentration0", concentration0));
    this.concentration1 = concentration1;
    this.concentration0 = concentration0;
  }

  /** A Kumaraswamy distribution. */
  public static Kumaraswamy of(NDArray concentration1, NDArray concentration0) {
    return new Kumaraswamy(concentration1, concentration0);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Kumaraswamy of(double concentration1, double concentration0) {
    return of(number(concentration1), number(concentration0));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Kumaraswamy of(NDArray concentration1, double concentration0) {
    return of(concentration1, number(concentration0));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Kumaraswamy of(double concentration1, NDArray concentration0) {
    return of(number(concentration1), concentration0);
  }

  /** The parameter {@code concentration1}. */
  public NDArray concentration1() {
    return concentration1;
  }

  /** The parameter {@code concentration0}. */
  public NDArray concentration0() {
    return concentration0;
  }

  @Override
  public Constraint support() {
    return Constraint.UNIT_INTERVAL;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray log = LogDistances.of(value, 0);
    if (LogDistances.areKnown(value)) {
      return density(log, logUpper(value));
    }
    return Special.xlogy(concentration1.sub(1), value)
        .add(Special.xlog1mexp(concentration0.sub(1), log.mul(concentration1)))
        .add(concentration1.log())
        .add(concentration0.log());
  }

  /** log(1 − x^a) of a value that carries its distances from both ends. */
  private NDArray logUpper(NDArray value) {
    NDArray log = LogDistances.of(value, 0);
    NDArray minusLog = log.neg();
    double small = Math.sqrt(Tensors.run(value).floatType().gapBelowOne());
    NDArray safe = minusLog.maximum(small).log();
    NDArray near = LogDistances.of(value, 1).add(minusLog.mul(0.5));
    NDArray logOfIt = Tensors.where(minusLog.gt(small), safe, near);
    NDArray ratio = Special.logExprel(log.mul(concentration1));
    return logOfIt.add(concentration1.log()).add(ratio);
  }

  /** By log x and log(1 − x^a). */
  private NDArray density(NDArray log, NDArray logUpper) {
    return log.mul(concentration1.sub(1))
        .add(logUpper.mul(concentration0.sub(1)))
        .add(concentration1.log())
        .add(concentration0.log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray logUpper = rng.quantiles(run(), batch, Math::log).div(concentration0);
    NDArray log = Special.log1mexp(logUpper).div(concentration1);
    NDArray value = LogDistances.unit(log.exp(), () -> log, () -> logRest(log, logUpper));
    return Draw.of(value, () -> density(log, logUpper));
  }

  /** log(1 − x), also where 1 − x and with it log x are too small for the float type. */
  private NDArray logRest(NDArray log, NDArray logUpper) {
    double range = Tensors.run(log).floatType().logRange();
    NDArray least = log.neg().maximum(Math.exp(-range));
    NDArray lost = logUpper.sub(concentration1.log());
    return Tensors.where(log.lt(-Math.exp(-range)), Special.log1mexp(least.neg()), lost);
  }

  /** b B(1 + 1/a, b). */
  @Override
  protected NDArray doMean() {
    return GammaDifferences.logMoment(inverse(), concentration0).exp();
  }

  /** m² (E x² / m² − 1), by logarithms: m² may be smaller than any number, and the rest larger. */
  @Override
  protected NDArray doVariance() {
    NDArray excess = GammaDifferences.secondLessShifted(inverse(), run().bind(concentration0));
    NDArray twice = GammaDifferences.logMoment(inverse(), concentration0).mul(2);
    return Special.logExprel(excess).add(excess.log()).add(twice).exp();
  }

  private NDArray inverse() {
    return number(1).div(run().bind(concentration1));
  }

  @Override
  protected NDArray doEntropy() {
    NDArray harmonic = Special.digamma(concentration0.add(1)).add(MathConstants.EULER);
    return number(1)
        .sub(number(1).div(concentration0))
        .add(number(1).sub(number(1).div(concentration1)).mul(harmonic))
        .sub(concentration1.log())
        .sub(concentration0.log());
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray logPower = logPower(value);
    NDArray isFar = logPower.lt(FAR);
    NDArray near = logUpper(value, logPower.maximum(FAR)).neg().log();
    return Special.logInverseCloglog(
        Tensors.where(isFar, logPower, near).add(concentration0.log()));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return logUpper(value, logPower(value)).mul(concentration0);
  }

  /** log x^a. */
  private NDArray logPower(NDArray value) {
    NDArray log = LogDistances.areKnown(value) ? LogDistances.of(value, 0) : value.clip(0, 1).log();
    return log.mul(concentration1);
  }

  /** log(1 − x^a). */
  private NDArray logUpper(NDArray value, NDArray logPower) {
    NDArray upper = Special.log1mexp(logPower);
    return LogDistances.areKnown(value)
        ? Tensors.where(logPower.gt(-1), logUpper(value), upper)
        : upper;
  }

  @Override
  NDArray quantile(NDArray logSf) {
    return Special.log1mexp(logSf.div(concentration0)).div(concentration1).exp();
  }

  @Override
  public Kumaraswamy withParameters(UnaryOperator<NDArray> operator) {
    return new Kumaraswamy(operator.apply(concentration1), operator.apply(concentration0));
  }
}
