package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;

/**
 * The von Mises distribution of an angle, from −π to π.
 *
 * <p>log p(x) = κ (cos(x − loc) − 1) − log 2π − log(exp(−κ) I₀(κ)) with κ = concentration and I₀
 * the modified Bessel function.
 *
 * <p>Parameters: {@code loc}, any real, the direction of the mean; {@code concentration > 0}. Mean
 * and variance are the circular ones, loc and 1 − I₁(κ) / I₀(κ). The cdf starts at −π, wherever loc
 * is. A draw is differentiated implicitly with respect to the concentration.
 *
 * <p>Source: Mardia and Jupp, "Directional Statistics" (2000), 3.5.
 */
public final class VonMises extends Distribution {

  private final NDArray loc;
  private final NDArray concentration;

  private VonMises(NDArray loc, NDArray concentration) {
    super(Argument.real("loc", loc), Argument.positive("concentration", concentration));
    this.loc = loc;
    this.concentration = concentration;
  }

  /** A von Mises distribution. */
  public static VonMises of(NDArray loc, NDArray concentration) {
    return new VonMises(loc, concentration);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static VonMises of(double loc, double concentration) {
    return of(number(loc), number(concentration));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static VonMises of(NDArray loc, double concentration) {
    return of(loc, number(concentration));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static VonMises of(double loc, NDArray concentration) {
    return of(number(loc), concentration);
  }

  /** The parameter {@code loc}. */
  public NDArray loc() {
    return loc;
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  @Override
  public Constraint support() {
    return Constraint.CIRCULAR;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  public boolean hasIcdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return density(value.sub(loc));
  }

  /** κ (cos z − 1) as −2 κ sin²(z / 2), which keeps its digits for small z. */
  private NDArray density(NDArray z) {
    return z.mul(0.5).sin().square().mul(concentration.mul(-2)).sub(logNormalizer());
  }

  private NDArray logNormalizer() {
    return Special.i0e(concentration).log().add(Math.log(2 * Math.PI));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray z = rng.vonMises(expanded(run().bind(concentration), batch));
    return Draw.moved(wrapped(z.add(loc)), loc, () -> density(z));
  }

  /** The angle from −π to π. */
  private static NDArray wrapped(NDArray angle) {
    NDArray turns = angle.add(Math.PI).mul(0.5 / Math.PI).floor();
    return angle.sub(turns.mul(2 * Math.PI)).maximum(-Math.PI).minimum(Math.PI);
  }

  @Override
  protected NDArray doMean() {
    return wrapped(loc);
  }

  @Override
  protected NDArray doVariance() {
    return Special.vonMisesVariance(concentration);
  }

  @Override
  protected NDArray doEntropy() {
    return logNormalizer().add(concentration.mul(doVariance()));
  }

  /** The probability from loc − π on, of which a turn has 1. */
  private NDArray turned(NDArray value) {
    return Special.vonMisesCdf(value.sub(loc), concentration);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray inside = value.maximum(-Math.PI).minimum(Math.PI);
    return turned(inside).sub(turned(number(-Math.PI)));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray inside = value.maximum(-Math.PI).minimum(Math.PI);
    return Special.vonMisesLogCdf(inside, loc, concentration);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray inside = value.maximum(-Math.PI).minimum(Math.PI);
    return Special.vonMisesLogCdf(inside.neg(), loc.neg(), concentration);
  }

  /** The mirrored variable's probability. */
  @Override
  protected NDArray doSf(NDArray value) {
    NDArray inside = value.maximum(-Math.PI).minimum(Math.PI);
    return Special.vonMisesCdf(loc.sub(inside), concentration)
        .sub(Special.vonMisesCdf(loc.sub(Math.PI), concentration));
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    NDArray turn = probability.add(turned(number(-Math.PI)));
    return Special.vonMisesIcdf(turn, concentration).add(loc);
  }

  @Override
  public VonMises withParameters(UnaryOperator<NDArray> operator) {
    return new VonMises(operator.apply(loc), operator.apply(concentration));
  }
}
