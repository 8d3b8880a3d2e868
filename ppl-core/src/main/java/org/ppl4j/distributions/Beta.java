package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.BetaDraws;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.LogTails;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The beta distribution on the unit interval.
 *
 * <p>log p(x) = (a − 1) log x + (b − 1) log(1 − x) − log B(a, b) with a = concentration1, b =
 * concentration0. It is computed from the deviances of a and b from their shares of a + b, so that
 * large concentrations keep their digits (Loader 2000).
 *
 * <p>Parameters: {@code concentration1 > 0}, {@code concentration0 > 0}; the mean is a / (a + b). A
 * draw is g / (g + h) of two gamma draws, normalised in log space and differentiated implicitly
 * with respect to both; it is clamped strictly between 0 and 1 and carries log x and log(1 − x)
 * ({@link LogDistances}), from which its density is computed.
 */
public final class Beta extends Distribution {

  private final NDArray concentration1;
  private final NDArray concentration0;

  private Beta(NDArray concentration1, NDArray concentration0) {
    super(
        Argument.positive("concentration1", concentration1),
        Argument.positive("concentration0", concentration0));
    this.concentration1 = concentration1;
    this.concentration0 = concentration0;
  }

  /** A beta distribution. */
  public static Beta of(NDArray concentration1, NDArray concentration0) {
    return new Beta(concentration1, concentration0);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Beta of(double concentration1, double concentration0) {
    return of(number(concentration1), number(concentration0));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Beta of(NDArray concentration1, double concentration0) {
    return of(concentration1, number(concentration0));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Beta of(double concentration1, NDArray concentration0) {
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
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value, number(1).sub(value));
  }

  /** By x and 1 − x, of which none is computed from the other unless x carries both logarithms. */
  NDArray density(NDArray value, NDArray complement) {
    NDArray a = concentration1;
    NDArray b = concentration0;
    NDArray total = a.add(b);
    NDArray rest =
        Special.logFactorialRest(total)
            .sub(Special.logFactorialRest(a))
            .sub(Special.logFactorialRest(b))
            .add(a.mul(b).log());
    if (LogDistances.areKnown(value)) {
      NDArray log = LogDistances.of(value, 0);
      NDArray logRest = LogDistances.of(value, 1);
      return rest.sub(total.log())
          .sub(deviance(a, total, log))
          .sub(deviance(b, total, logRest))
          .sub(log)
          .sub(logRest);
    }
    return rest.add(total.log())
        .sub(Special.devianceAndLog(a, total.mul(value)))
        .sub(Special.devianceAndLog(b, total.mul(complement)));
  }

  /** That of a count from its share of the total, by the logarithm of the share. */
  private static NDArray deviance(NDArray count, NDArray total, NDArray logShare) {
    NDArray log = logShare.add(total.log());
    return Special.deviance(count, log.exp(), log);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    BetaDraws draws =
        rng.beta(
            expanded(run.bind(concentration1), batch), expanded(run.bind(concentration0), batch));
    return Draw.of(draws.values(), draws::logDensities);
  }

  @Override
  protected NDArray doMean() {
    return concentration1.div(concentration1.add(concentration0));
  }

  @Override
  protected NDArray doVariance() {
    NDArray total = concentration1.add(concentration0);
    return concentration1.mul(concentration0).div(total.square().mul(total.add(1)));
  }

  @Override
  protected NDArray doEntropy() {
    NDArray a = concentration1;
    NDArray b = concentration0;
    NDArray total = a.add(b);
    return Special.logFactorialRest(a)
        .add(Special.logFactorialRest(b))
        .sub(Special.logFactorialRest(total))
        .add(a.sub(1).mul(logLessDigamma(a)))
        .add(b.sub(1).mul(logLessDigamma(b)))
        .sub(total.sub(2).mul(logLessDigamma(total)))
        .sub(total.log());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return doLogCdf(value).exp();
    }
    return Special.betainc(concentration1, concentration0, value.maximum(0).minimum(1));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return doLogSf(value).exp();
    }
    return Special.betaincc(concentration1, concentration0, value.maximum(0).minimum(1));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.beta(concentration1, concentration0, logit(value));
    }
    return logCdf(value, number(1).sub(value));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    if (LogDistances.areKnown(value)) {
      return LogTails.beta(concentration0, concentration1, logit(value).neg());
    }
    return logSf(value, number(1).sub(value));
  }

  /** The log-odds of a value by its distances from both ends. */
  private static NDArray logit(NDArray value) {
    return LogDistances.of(value, 0).sub(LogDistances.of(value, 1));
  }

  /** By x and 1 − x, of which none is computed from the other; −∞ below 0, 0 above 1. */
  NDArray logCdf(NDArray x, NDArray rest) {
    return Tensors.where(
        x.gt(0), logTail(concentration1, concentration0, x, rest), Double.NEGATIVE_INFINITY);
  }

  /** The same of the survival function. */
  NDArray logSf(NDArray x, NDArray rest) {
    return Tensors.where(
        rest.gt(0), logTail(concentration0, concentration1, rest, x), Double.NEGATIVE_INFINITY);
  }

  /** Inside, and 0 above. */
  private static NDArray logTail(NDArray a, NDArray b, NDArray x, NDArray rest) {
    NDArray inside = x.gt(0).logicalAnd(rest.gt(0));
    NDArray odds = Tensors.where(inside, x, 0.5).log();
    NDArray logit = odds.sub(Tensors.where(inside, rest, 0.5).log());
    return Tensors.where(inside, LogTails.beta(a, b, logit), 0);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return Special.betaincinv(concentration1, concentration0, probability);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return Special.betainccinv(concentration1, concentration0, probability);
  }

  @Override
  public Beta withParameters(UnaryOperator<NDArray> operator) {
    return new Beta(operator.apply(concentration1), operator.apply(concentration0));
  }
}
