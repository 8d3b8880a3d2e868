package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The Pareto distribution of type I, a power law above a minimum.
 *
 * <p>log p(x) = log alpha + alpha (log scale − log x) − log x for x ≥ scale.
 *
 * <p>Parameters: {@code scale > 0}, the minimum; {@code alpha > 0}, the power of the survival
 * function. The mean is infinite for alpha ≤ 1, the variance for alpha ≤ 2. A draw is scale · u^(−1
 * / alpha).
 */
public final class Pareto extends ByLogSurvival {

  private final NDArray scale;
  private final NDArray alpha;

  private Pareto(NDArray scale, NDArray alpha) {
    super(Argument.positive("scale", scale), Argument.positive("alpha", alpha));
    this.scale = scale;
    this.alpha = alpha;
  }

  /** A Pareto distribution. */
  public static Pareto of(NDArray scale, NDArray alpha) {
    return new Pareto(scale, alpha);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Pareto of(double scale, double alpha) {
    return of(number(scale), number(alpha));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Pareto of(NDArray scale, double alpha) {
    return of(scale, number(alpha));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Pareto of(double scale, NDArray alpha) {
    return of(number(scale), alpha);
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  /** The parameter {@code alpha}. */
  public NDArray alpha() {
    return alpha;
  }

  @Override
  public Constraint support() {
    return Constraint.greaterThanEq(scale);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray log = LogDistances.ratio(value, scale);
    return alpha.log().sub(scale.log()).sub(log.mul(alpha.add(1)));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.quantiles(run(), batch, u -> -Math.log(u));
    NDArray log = noise.div(alpha);
    double range = Tensors.run(log).floatType().logRange();
    NDArray maximum = number(range).sub(scale.log().maximum(0));
    NDArray value = log.minimum(maximum).exp().mul(scale);
    return Draw.of(
        LogDistances.carried(value, 0, () -> log.add(scale.log())),
        () -> alpha.div(scale).log().sub(noise).sub(log));
  }

  @Override
  protected NDArray doMean() {
    NDArray excess = Tensors.where(alpha.gt(1), alpha.sub(1), number(1));
    return Tensors.where(
        alpha.gt(1), scale.mul(alpha).div(excess), number(Double.POSITIVE_INFINITY));
  }

  @Override
  protected NDArray doVariance() {
    NDArray finite = alpha.gt(2);
    NDArray a = Tensors.where(finite, alpha, number(3));
    NDArray excess = a.sub(1).square().mul(a.sub(2));
    return Tensors.where(
        finite, scale.square().mul(a).div(excess), number(Double.POSITIVE_INFINITY));
  }

  @Override
  protected NDArray doEntropy() {
    return scale.div(alpha).log().add(number(1).div(alpha)).add(1);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Special.log1mexp(doLogSf(value));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray excess =
        LogDistances.areKnown(value)
            ? LogDistances.ratio(value, scale).maximum(0)
            : Special.logRatio(value.maximum(scale), scale);
    return excess.mul(alpha).neg();
  }

  @Override
  NDArray quantile(NDArray logSf) {
    return logSf.neg().div(alpha).exp().mul(scale);
  }

  @Override
  public Pareto withParameters(UnaryOperator<NDArray> operator) {
    return new Pareto(operator.apply(scale), operator.apply(alpha));
  }
}
