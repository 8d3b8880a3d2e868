package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The stable distribution on the reals, the limit of sums of heavy-tailed variables, in Nolan's
 * parametrisation S0, which is continuous in all parameters.
 *
 * <p>E exp(i t z) = exp(−|t|^α (1 + i β tan(πα/2) sign(t) (|t|^(1−α) − 1))) with z = (x − loc) /
 * scale, α = stability and β = skew; exp(−|t| (1 + i β (2/π) sign(t) log|t|)) for α = 1. The
 * log-density is this transformed back by quadrature, {@link Special#stableLogDensity}, about 0.1
 * ms each; far in a light tail (|β| = 1), below 1e-13 of the peak, it is not resolved.
 *
 * <p>Parameters: {@code stability} in (0, 2]; {@code skew} from −1 to 1; {@code scale > 0}; {@code
 * loc}, any real. Stability 2 is a normal distribution of variance 2 scale², 1 without skew a
 * Cauchy. The mean loc − β tan(πα/2) scale is NaN for α ≤ 1; the variance is infinite for α below
 * 2. Draws are a function of a uniform and an exponential variable; within 1e-5 (1e-3 in float32)
 * of 1 the stability that they have is that far from 1.
 *
 * <p>Source: Chambers, Mallows and Stuck, "A method for simulating stable random variables" (1976);
 * Nolan, "Univariate Stable Distributions" (2020).
 */
public final class Stable extends Distribution {

  private final NDArray stability;
  private final NDArray skew;
  private final NDArray scale;
  private final NDArray loc;

  private Stable(NDArray stability, NDArray skew, NDArray scale, NDArray loc) {
    super(
        new Argument("stability", stability, Constraint.interval(0, 2), 0),
        new Argument("skew", skew, Constraint.interval(-1, 1), 0),
        Argument.positive("scale", scale),
        Argument.real("loc", loc));
    checkArgument(
        Tensors.constant(stability).orElse(1) > 0,
        "parameter 'stability' of Stable must be positive, but is 0.0");
    this.stability = stability;
    this.skew = skew;
    this.scale = scale;
    this.loc = loc;
  }

  /** A stable distribution. */
  public static Stable of(NDArray stability, NDArray skew, NDArray scale, NDArray loc) {
    return new Stable(stability, skew, scale, loc);
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static Stable of(double stability, double skew, double scale, double loc) {
    return of(number(stability), number(skew), number(scale), number(loc));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static Stable of(NDArray stability, NDArray skew, double scale, double loc) {
    return of(stability, skew, number(scale), number(loc));
  }

  /** As {@link #of(NDArray, NDArray, NDArray, NDArray)}. */
  public static Stable of(double stability, double skew, NDArray scale, NDArray loc) {
    return of(number(stability), number(skew), scale, loc);
  }

  /** The parameter {@code stability}. */
  public NDArray stability() {
    return stability;
  }

  /** The parameter {@code skew}. */
  public NDArray skew() {
    return skew;
  }

  /** The parameter {@code scale}. */
  public NDArray scale() {
    return scale;
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  @Override
  public Constraint support() {
    return Constraint.REAL;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray z = value.sub(loc).div(scale);
    return Special.stableLogDensity(stability, skew, z).sub(scale.log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray angle = rng.split(0).uniform(run, batch).sub(0.5).mul(Math.PI);
    NDArray logWaiting = rng.split(1).uniform(run, batch).log().neg().log();
    NDArray a = awayFromOne(run.bind(stability), run.floatType() == FloatType.FLOAT64);
    NDArray lean = a.mul(Math.PI / 2).tan().mul(skew);
    NDArray turned = angle.mul(a).add(lean.atan());
    NDArray rest = angle.sub(turned).cos().maximum(MathConstants.TINY).log().sub(logWaiting);
    NDArray power = Special.log1p(lean.square()).mul(0.5).sub(angle.cos().log());
    NDArray log = power.add(number(1).sub(a).mul(rest)).div(a);
    NDArray z = turned.sin().mul(log.exp()).sub(lean);
    return Draw.of(
        z.mul(scale).add(loc), () -> Special.stableLogDensity(stability, skew, z).sub(scale.log()));
  }

  /** The stability where the tangent can be told from infinity, with the same derivative. */
  private static NDArray awayFromOne(NDArray a, boolean isDouble) {
    double least = isDouble ? 1e-5 : 1e-3;
    NDArray excess = a.sub(1).stopGradient();
    NDArray isNear = excess.abs().lt(least);
    NDArray side = Tensors.where(excess.lt(0), number(-least), number(least));
    return a.add(Tensors.where(isNear, side.sub(excess), 0));
  }

  @Override
  protected NDArray doMean() {
    NDArray exists = stability.gt(1);
    NDArray a = Tensors.where(exists, stability, 1.5);
    NDArray mean = loc.sub(a.mul(Math.PI / 2).tan().mul(skew).mul(scale));
    return Tensors.where(exists, mean, Double.NaN);
  }

  @Override
  protected NDArray doVariance() {
    return Tensors.where(stability.eq(2), scale.square().mul(2), Double.POSITIVE_INFINITY);
  }

  @Override
  public Stable withParameters(UnaryOperator<NDArray> operator) {
    return new Stable(
        operator.apply(stability),
        operator.apply(skew),
        operator.apply(scale),
        operator.apply(loc));
  }
}
