package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * A normal variable given that it lies between two bounds: {@link Truncated} over {@link Normal},
 * with moments and entropy.
 *
 * <p>log p(x) = −½ z² − log scale − ½ log 2π − log(Φ(β) − Φ(α)) with z, α, β = (x, low, high − loc)
 * / scale, for low ≤ x ≤ high.
 *
 * <p>Parameters: {@code loc}, {@code scale > 0}, of the normal variable; {@code low < high}, any
 * distance from loc, infinite where nothing is cut off. A draw is the quantile of one uniform noise
 * with its implicit gradient, also where the probability between the bounds is below any float.
 */
public final class TruncatedNormal extends Distribution {

  private final NDArray loc;
  private final NDArray scale;
  private final NDArray low;
  private final NDArray high;
  private final Truncated truncated;

  private TruncatedNormal(NDArray loc, NDArray scale, NDArray low, NDArray high) {
    super(
        Truncated.withBounds(
                List.of(Argument.real("loc", loc), Argument.positive("scale", scale)), low, high)
            .toArray(Argument[]::new));
    Truncated.checkBounds("TruncatedNormal", low, high, false);
    this.loc = loc;
    this.scale = scale;
    this.low = low;
    this.high = high;
    this.truncated = Truncated.of(Normal.of(loc, scale), low, high);
  }

  /** A truncated normal distribution. */
  public static TruncatedNormal of(NDArray loc, NDArray scale, NDArray low, NDArray high) {
    return new TruncatedNormal(loc, scale, low, high);
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static TruncatedNormal of(double loc, double scale, double low, double high) {
    return of(number(loc), number(scale), number(low), number(high));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static TruncatedNormal of(NDArray loc, NDArray scale, double low, double high) {
    return of(loc, scale, number(low), number(high));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static TruncatedNormal of(NDArray loc, double scale, double low, double high) {
    return of(loc, number(scale), number(low), number(high));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static TruncatedNormal of(double loc, NDArray scale, double low, double high) {
    return of(number(loc), scale, number(low), number(high));
  }

  /** The location of the normal variable. */
  public NDArray loc() {
    return loc;
  }

  /** The scale of the normal variable. */
  public NDArray scale() {
    return scale;
  }

  /** The lower bound. */
  public NDArray low() {
    return low;
  }

  /** The upper bound. */
  public NDArray high() {
    return high;
  }

  @Override
  public Constraint support() {
    return truncated.support();
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return part(value).logProb(value);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray u = rng.uniform(run(), batch);
    Draw draw = part().quantile(u, number(1).sub(u));
    return Draw.of(draw.value(), () -> expanded(draw.logProb(), batch));
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
    NormalPart part = part(value);
    return truncated.between(value, false, x -> part.logShare(part.below(x)));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NormalPart part = part(value);
    return truncated.between(value, true, x -> part.logShare(part.above(x)));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return part(probability).quantile(probability, number(1).sub(probability)).value();
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return part(probability).quantile(number(1).sub(probability), probability).value();
  }

  @Override
  protected NDArray doMean() {
    return part().mean();
  }

  @Override
  protected NDArray doVariance() {
    return part().variance();
  }

  @Override
  protected NDArray doEntropy() {
    return part().entropy();
  }

  private NormalPart part() {
    return part(run());
  }

  private NormalPart part(NDArray value) {
    return part(Tensors.run(value));
  }

  private NormalPart part(Run run) {
    return new NormalPart(run.bind(loc), run.bind(scale), run.bind(low), run.bind(high));
  }

  @Override
  public TruncatedNormal withParameters(UnaryOperator<NDArray> operator) {
    return new TruncatedNormal(
        operator.apply(loc), operator.apply(scale), operator.apply(low), operator.apply(high));
  }
}
