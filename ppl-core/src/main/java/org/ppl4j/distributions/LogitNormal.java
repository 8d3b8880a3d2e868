package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.BinaryOperator;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The logistic function of a normal variable, on the unit interval.
 *
 * <p>log p(x) = −½ z² − log scale − ½ log 2π − log x − log(1 − x) with z = (log(x / (1 − x)) − loc)
 * / scale.
 *
 * <p>Parameters, of the log-odds: {@code loc}, any real; {@code scale > 0}. A draw is σ(loc + scale
 * · ε), clamped strictly between 0 and 1. Mean and variance are integrals without a closed form;
 * they are summed by the trapezoidal rule, which is exact to rounding.
 */
public final class LogitNormal extends NormalImage {

  /** Above every − log x − log(1 − x) of a number between 0 and 1. */
  private static final double MAX_LOG_SLOPE = 1000;

  /** The scale up to which the normal nodes are exact to rounding, and from which the others. */
  private static final double WIDE = 3;

  private static final double INVERSE_ROOT_2PI = 1 / Math.sqrt(2 * Math.PI);

  private LogitNormal(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A LogitNormal distribution. */
  public static LogitNormal of(NDArray loc, NDArray scale) {
    return new LogitNormal(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogitNormal of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogitNormal of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogitNormal of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  public Constraint support() {
    return Constraint.UNIT_INTERVAL;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    boolean isKnown = LogDistances.areKnown(value);
    NDArray logit =
        isKnown ? LogDistances.of(value, 0).sub(LogDistances.of(value, 1)) : Special.logit(value);
    NDArray slope = logSlope(logit);
    return density(logit.sub(loc).div(scale), isKnown ? slope : slope.minimum(MAX_LOG_SLOPE));
  }

  /** − log x − log(1 − x) by the log-odds. */
  private static NDArray logSlope(NDArray logit) {
    return Special.softplus(logit.neg()).add(Special.softplus(logit));
  }

  private NDArray density(NDArray z, NDArray slope) {
    return z.square().mul(-0.5).sub(scale.log().add(MathConstants.HALF_LOG_2PI)).add(slope);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), batch);
    NDArray logit = noise.mul(scale).add(loc);
    return Draw.of(LogDistances.sigmoid(logit), () -> density(noise, logSlope(logit)));
  }

  @Override
  protected NDArray doMean() {
    return meanOfSigmoid();
  }

  /**
   * Up to a scale of 3 the variance of σ(l) − σ(m), m = −|loc|, which is −σ(l) σ(−m) (exp(m − l) −
   * 1); above, E σ² − (E σ)². Both signs of loc have the same.
   */
  @Override
  protected NDArray doVariance() {
    NDArray least = run().bind(loc).abs().neg();
    NDArray width = run().bind(scale).minimum(WIDE).expandDims(-1);
    NDArray nodes = nodes(10, 0.125);
    NDArray weights = nodes.square().mul(-0.5).exp().mul(0.125 * INVERSE_ROOT_2PI);
    NDArray step = nodes.mul(width);
    NDArray center = least.expandDims(-1);
    NDArray moved =
        Special.sigmoid(step.add(center))
            .mul(Special.sigmoid(center.neg()))
            .mul(Special.expm1(step.neg()).neg());
    NDArray mean = moved.mul(weights).sum(new int[] {-1}).expandDims(-1);
    NDArray narrow = moved.sub(mean).square().mul(weights).sum(new int[] {-1});
    NDArray first = overLogistic(least, (t, z) -> Special.ndtr(z.neg()));
    NDArray second =
        overLogistic(least, (t, z) -> Special.sigmoid(t).mul(Special.ndtr(z.neg())).mul(2));
    return Tensors.where(scale.lt(WIDE), narrow, second.sub(first.square()));
  }

  /**
   * log scale + ½ log 2πe + E (log σ(l) + log σ(−l)), whose last part is −E |l − t|, t logistic.
   */
  @Override
  protected NDArray doEntropy() {
    NDArray narrow = overNormal(l -> Special.softplus(l).add(Special.softplus(l.neg())));
    NDArray width = run().bind(scale).maximum(WIDE).expandDims(-1);
    NDArray wide =
        overLogistic(
            loc,
            (t, z) -> {
              NDArray density = z.square().mul(-0.5).exp().mul(2 * INVERSE_ROOT_2PI);
              return Special.erf(z.mul(1 / MathConstants.SQRT_2)).mul(z).add(density).mul(width);
            });
    return scale
        .log()
        .add(MathConstants.HALF_LOG_2PI + 0.5)
        .sub(Tensors.where(scale.lt(WIDE), narrow, wide));
  }

  /**
   * E σ(l), by normal nodes up to a scale of 3 and by logistic ones, E Φ((loc − t) / scale), above.
   */
  private NDArray meanOfSigmoid() {
    NDArray narrow = overNormal(Special::sigmoid);
    NDArray wide = overLogistic(loc, (t, z) -> Special.ndtr(z.neg()));
    return Tensors.where(scale.lt(WIDE), narrow, wide);
  }

  private NDArray overNormal(UnaryOperator<NDArray> function) {
    NDArray nodes = nodes(10, 0.125);
    NDArray weights = nodes.square().mul(-0.5).exp().mul(0.125 * INVERSE_ROOT_2PI);
    NDArray width = run().bind(scale.minimum(WIDE)).expandDims(-1);
    NDArray logit = nodes.mul(width).add(run().bind(loc).expandDims(-1));
    return function.apply(logit).mul(weights).sum(new int[] {-1});
  }

  /** E f(t, (t − m) / scale) over a logistic variable t. */
  private NDArray overLogistic(NDArray m, BinaryOperator<NDArray> function) {
    NDArray nodes = nodes(40, 0.5);
    NDArray weights = Special.sigmoid(nodes).mul(Special.sigmoid(nodes.neg())).mul(0.5);
    NDArray width = run().bind(scale).maximum(WIDE).expandDims(-1);
    NDArray z = nodes.sub(run().bind(m).expandDims(-1)).div(width);
    return function.apply(nodes, z).mul(weights).sum(new int[] {-1});
  }

  /** From −end to end in these steps. */
  private NDArray nodes(double end, double step) {
    double[] nodes = new double[(int) Math.round(2 * end / step) + 1];
    Arrays.setAll(nodes, i -> i * step - end);
    return run().create(nodes, new Shape(nodes.length));
  }

  @Override
  NDArray image(NDArray normal) {
    return Special.sigmoid(normal);
  }

  @Override
  NDArray normal(NDArray value) {
    return LogDistances.areKnown(value)
        ? LogDistances.of(value, 0).sub(LogDistances.of(value, 1))
        : Special.logit(value.clip(0, 1));
  }

  @Override
  public LogitNormal withParameters(UnaryOperator<NDArray> operator) {
    return new LogitNormal(operator.apply(loc), operator.apply(scale));
  }
}
