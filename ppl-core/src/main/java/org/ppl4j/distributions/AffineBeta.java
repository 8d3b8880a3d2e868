package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;

/**
 * A beta variable scaled and moved: loc + scale · x with x of {@link Beta}, on the interval from
 * loc to loc + scale.
 *
 * <p>log p(y) = log Beta(z; concentration1, concentration0) − log scale with z = (y − loc) / scale.
 *
 * <p>Parameters: {@code concentration1 > 0}, {@code concentration0 > 0}, {@code loc}, any real;
 * {@code scale > 0}.
 */
public final class AffineBeta extends Distribution {

  private final NDArray concentration1;
  private final NDArray concentration0;
  private final NDArray loc;
  private final NDArray scale;
  private final Beta beta;

  private AffineBeta(NDArray concentration1, NDArray concentration0, NDArray loc, NDArray scale) {
    super(
        Argument.positive("concentration1", concentration1),
        Argument.positive("concentration0", concentration0),
        Argument.real("loc", loc),
        Argument.positive("scale", scale));
    this.concentration1 = concentration1;
    this.concentration0 = concentration0;
    this.loc = loc;
    this.scale = scale;
    this.beta = Beta.of(concentration1, concentration0);
  }

  /** A scaled and moved beta distribution. */
  public static AffineBeta of(
      NDArray concentration1, NDArray concentration0, NDArray loc, NDArray scale) {
    return new AffineBeta(concentration1, concentration0, loc, scale);
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static AffineBeta of(
      double concentration1, double concentration0, double loc, double scale) {
    return of(number(concentration1), number(concentration0), number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static AffineBeta of(
      NDArray concentration1, NDArray concentration0, double loc, double scale) {
    return of(concentration1, concentration0, number(loc), number(scale));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static AffineBeta of(
      double concentration1, double concentration0, NDArray loc, NDArray scale) {
    return of(number(concentration1), number(concentration0), loc, scale);
  }

  /** The parameter {@code concentration1}. */
  public NDArray concentration1() {
    return concentration1;
  }

  /** The parameter {@code concentration0}. */
  public NDArray concentration0() {
    return concentration0;
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  @Override
  public Constraint support() {
    return Constraint.interval(loc, loc.add(scale));
  }

  /** z, clamped to 0 and 1 where it is rounded beyond, with the distances that y carries. */
  private NDArray standard(NDArray value) {
    NDArray z = LogDistances.standardised(value, loc, scale);
    return LogDistances.areKnown(z) ? z : z.maximum(0).minimum(1);
  }

  /** 1 − z, from the upper end where that is nearer to 0 than the lower. */
  private NDArray complement(NDArray value, NDArray z) {
    NDArray high = loc.add(scale);
    NDArray fromLow = number(1).sub(z);
    OptionalDouble end = Tensors.constant(high);
    OptionalDouble width = Tensors.constant(scale);
    if (end.isPresent() && width.isPresent() && Math.abs(end.getAsDouble()) > width.getAsDouble()) {
      return fromLow;
    }
    NDArray fromHigh = high.sub(value).div(scale).maximum(0).minimum(1);
    NDArray isNear = Tensors.run(value).bind(high.abs().lte(scale));
    return Tensors.where(isNear, fromHigh, fromLow);
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray z = standard(value);
    return beta.density(z, complement(value, z)).sub(scale.log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Draw draw = beta.on(run()).doDraw(rng, batch);
    return Draw.moved(
        LogDistances.affine(draw.value(), loc, scale), loc, () -> draw.logProb().sub(scale.log()));
  }

  @Override
  protected NDArray doMean() {
    return beta.doMean().mul(scale).add(loc);
  }

  @Override
  protected NDArray doVariance() {
    return beta.doVariance().mul(scale.square());
  }

  @Override
  protected NDArray doEntropy() {
    return beta.doEntropy().add(scale.log());
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return doLogCdf(value).exp();
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return doLogSf(value).exp();
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray z = standard(value);
    return beta.logCdf(z, complement(value, z));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray z = standard(value);
    return beta.logSf(z, complement(value, z));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return beta.doIcdf(probability).mul(scale).add(loc);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return beta.doIsf(probability).mul(scale).add(loc);
  }

  @Override
  public AffineBeta withParameters(UnaryOperator<NDArray> operator) {
    return new AffineBeta(
        operator.apply(concentration1),
        operator.apply(concentration0),
        operator.apply(loc),
        operator.apply(scale));
  }
}
