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
 * The Weibull distribution on the positive numbers.
 *
 * <p>log p(x) = log k + t − exp(t) − log x with t = k log(x / scale) and k = concentration, for x >
 * 0.
 *
 * <p>Parameters: {@code scale > 0}; {@code concentration > 0}, the shape: the hazard falls below 1
 * and rises above. A draw is scale · (−log u)^(1 / k) and carries its logarithm ({@link
 * LogDistances}), from which its density is computed.
 */
public final class Weibull extends ByLogSurvival {

  private final NDArray scale;
  private final NDArray concentration;

  private Weibull(NDArray scale, NDArray concentration) {
    super(Argument.positive("scale", scale), Argument.positive("concentration", concentration));
    this.scale = scale;
    this.concentration = concentration;
  }

  /** A Weibull distribution. */
  public static Weibull of(NDArray scale, NDArray concentration) {
    return new Weibull(scale, concentration);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Weibull of(double scale, double concentration) {
    return of(number(scale), number(concentration));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Weibull of(NDArray scale, double concentration) {
    return of(scale, number(concentration));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Weibull of(double scale, NDArray concentration) {
    return of(number(scale), concentration);
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  @Override
  public Constraint support() {
    return Constraint.POSITIVE;
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray log = LogDistances.of(value, 0);
    return density(LogDistances.ratio(value, scale).mul(concentration), log);
  }

  private NDArray density(NDArray t, NDArray log) {
    return t.sub(t.exp()).sub(log).add(concentration.log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.quantiles(run(), batch, u -> Math.log(-Math.log(u)));
    NDArray log = noise.div(concentration).add(scale.log());
    return Draw.of(LogDistances.exp(log), () -> density(noise, log));
  }

  @Override
  protected NDArray doMean() {
    return Special.lgamma(number(1).div(concentration).add(1)).exp().mul(scale);
  }

  @Override
  protected NDArray doVariance() {
    NDArray inverse = number(1).div(run().bind(concentration));
    NDArray twice = Special.lgamma(inverse.add(1)).mul(2);
    return Special.expm1(GammaDifferences.second(inverse)).mul(twice.exp()).mul(scale.square());
  }

  @Override
  protected NDArray doEntropy() {
    NDArray inverse = number(1).div(concentration);
    return scale
        .mul(inverse)
        .log()
        .sub(inverse.mul(MathConstants.EULER))
        .add(1 + MathConstants.EULER);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray inside = value.gt(0);
    return Tensors.where(inside, logHazard(value, inside).exp().neg(), 0);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray inside = value.gt(0);
    NDArray log = Special.logInverseCloglog(logHazard(value, inside));
    return Tensors.where(inside, log, Double.NEGATIVE_INFINITY);
  }

  /** k log(x / scale), the logarithm of the cumulative hazard; 0 outside. */
  private NDArray logHazard(NDArray value, NDArray inside) {
    NDArray safe = Tensors.where(inside, value, scale);
    return LogDistances.ratio(safe, scale).mul(concentration);
  }

  @Override
  NDArray quantile(NDArray logSf) {
    return logSf.neg().log().div(concentration).exp().mul(scale);
  }

  @Override
  public Weibull withParameters(UnaryOperator<NDArray> operator) {
    return new Weibull(operator.apply(scale), operator.apply(concentration));
  }
}
