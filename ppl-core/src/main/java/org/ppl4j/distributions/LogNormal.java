package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The exponential of a normal variable.
 *
 * <p>log p(x) = −½ ((log x − loc) / scale)² − log scale − log x − ½ log 2π for x > 0.
 *
 * <p>Parameters, of log x: {@code loc}, any real; {@code scale > 0}. A draw is exp(loc + scale ·
 * ε).
 */
public final class LogNormal extends NormalImage {

  private LogNormal(NDArray loc, NDArray scale) {
    super(loc, scale);
  }

  /** A log-normal distribution. */
  public static LogNormal of(NDArray loc, NDArray scale) {
    return new LogNormal(loc, scale);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogNormal of(double loc, double scale) {
    return of(number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogNormal of(NDArray loc, double scale) {
    return of(loc, number(scale));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static LogNormal of(double loc, NDArray scale) {
    return of(number(loc), scale);
  }

  @Override
  public Constraint support() {
    return Constraint.POSITIVE;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray log = LogDistances.of(value, 0);
    return density(log.sub(loc).div(scale), log);
  }

  private NDArray density(NDArray z, NDArray log) {
    return z.square().mul(-0.5).sub(scale.log().add(MathConstants.HALF_LOG_2PI)).sub(log);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray noise = rng.normal(run(), batch);
    NDArray log = noise.mul(scale).add(loc);
    return Draw.of(LogDistances.exp(log), () -> density(noise, log));
  }

  @Override
  protected NDArray doMean() {
    return scale.square().mul(0.5).add(loc).exp();
  }

  @Override
  protected NDArray doVariance() {
    NDArray square = scale.square();
    return Special.expm1(square).mul(square.add(loc.mul(2)).exp());
  }

  @Override
  protected NDArray doEntropy() {
    return scale.log().add(loc).add(MathConstants.HALF_LOG_2PI + 0.5);
  }

  @Override
  NDArray image(NDArray normal) {
    return normal.exp();
  }

  @Override
  NDArray normal(NDArray value) {
    return LogDistances.areKnown(value) ? LogDistances.of(value, 0) : value.maximum(0).log();
  }

  @Override
  public LogNormal withParameters(UnaryOperator<NDArray> operator) {
    return new LogNormal(operator.apply(loc), operator.apply(scale));
  }
}
