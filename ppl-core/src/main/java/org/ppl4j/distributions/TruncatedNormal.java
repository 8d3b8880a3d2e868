package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
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

  /** A bound so far away that it is as good as infinite, in scales; its square is a float32. */
  private static final double FAR = 1e9;

  private final NDArray loc;
  private final NDArray scale;
  private final NDArray low;
  private final NDArray high;
  private final Truncated truncated;

  private TruncatedNormal(NDArray loc, NDArray scale, NDArray low, NDArray high) {
    super(
        new Shape(),
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

  /**
   * A truncated normal distribution.
   *
   * @throws IllegalArgumentException if a plain number is out of range or shapes do not broadcast
   */
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
  protected NDArray doLogProb(NDArray value) {
    return truncated.doLogProb(value);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    return truncated.doDraw(rng, batch);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return truncated.doCdf(value);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return truncated.doSf(value);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return truncated.doLogCdf(value);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return truncated.doLogSf(value);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return truncated.doIcdf(probability);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return truncated.doIsf(probability);
  }

  @Override
  protected NDArray doMean() {
    Edges edges = edges();
    return edges.first().sub(edges.last()).mul(scale).add(loc);
  }

  /** 1 + α a − β b − (a − b)² in squares of the scale, with a and b the densities at the bounds. */
  @Override
  protected NDArray doVariance() {
    Edges edges = edges();
    NDArray mean = edges.first().sub(edges.last());
    return edges.moment().sub(mean.square()).add(1).mul(scale.square());
  }

  @Override
  protected NDArray doEntropy() {
    Edges edges = edges();
    return edges
        .logMass()
        .add(scale.log())
        .add(edges.moment().mul(0.5))
        .add(Numbers.HALF_LOG_2PI + 0.5);
  }

  /**
   * What the moments are made of.
   *
   * @param first the density at α of the standard variable between the bounds
   * @param last the density at β
   * @param moment α first − β last
   * @param logMass the logarithm of the probability between the bounds
   */
  private record Edges(NDArray first, NDArray last, NDArray moment, NDArray logMass) {}

  /**
   * The densities at the bounds in units of that at the point nearest to 0, where they and the
   * probability are of moderate size: a far tail leaves all digits for their differences.
   */
  private Edges edges() {
    NDArray alpha = standardized(low);
    NDArray beta = standardized(high);
    NDArray center = alpha.maximum(beta.minimum(0));
    NDArray half = center.square().mul(0.5);
    NDArray a = half.sub(alpha.square().mul(0.5)).exp();
    NDArray b = half.sub(beta.square().mul(0.5)).exp();
    NDArray upper = alpha.gt(0);
    NDArray lower = beta.lt(0);
    NDArray tail =
        Tensors.where(
            upper,
            mills(alpha.neg()).sub(b.mul(mills(beta.neg()))),
            mills(beta).sub(a.mul(mills(alpha))));
    NDArray around =
        Special.erf(beta.mul(1 / Numbers.SQRT_2))
            .sub(Special.erf(alpha.mul(1 / Numbers.SQRT_2)))
            .mul(Math.sqrt(Math.PI / 2));
    NDArray mass = Tensors.where(upper.logicalOr(lower), tail, around);
    NDArray first = a.div(mass);
    NDArray last = b.div(mass);
    return new Edges(
        first,
        last,
        alpha.mul(first).sub(beta.mul(last)),
        mass.log().sub(half).sub(Numbers.HALF_LOG_2PI));
  }

  /** Φ(z) / φ(z) for z ≤ 0. */
  private static NDArray mills(NDArray z) {
    return Special.erfcx(z.minimum(0).mul(-1 / Numbers.SQRT_2)).mul(Math.sqrt(Math.PI / 2));
  }

  private NDArray standardized(NDArray bound) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent() && Double.isInfinite(constant.getAsDouble())
        ? number(Math.copySign(FAR, constant.getAsDouble())).add(run().bind(scale).mul(0))
        : bound.sub(loc).div(run().bind(scale));
  }

  @Override
  public TruncatedNormal withParameters(UnaryOperator<NDArray> operator) {
    return new TruncatedNormal(
        operator.apply(loc), operator.apply(scale), operator.apply(low), operator.apply(high));
  }
}
