package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;

/**
 * A Poisson count whose rate is gamma distributed: counts that vary more than Poisson's.
 *
 * <p>log p(x) = log Γ(x + a) − log Γ(a) − log x! + a log b − (a + x) log(1 + b), for x = 0, 1, …,
 * with a = concentration and b = rate of the gamma distribution.
 *
 * <p>Parameters: {@code concentration > 0}, {@code rate > 0}; the mean is a / b. It is {@link
 * NegativeBinomial} with totalCount a and probs 1 / (1 + b). Values are whole numbers of any data
 * type; draws are of the run's float type, without gradient.
 */
public final class GammaPoisson extends Distribution {

  private final NDArray concentration;
  private final NDArray rate;

  private GammaPoisson(NDArray concentration, NDArray rate) {
    super(
        new Shape(),
        Argument.positive("concentration", concentration),
        Argument.positive("rate", rate));
    this.concentration = concentration;
    this.rate = rate;
  }

  /** A gamma-Poisson distribution. */
  public static GammaPoisson of(NDArray concentration, NDArray rate) {
    return new GammaPoisson(concentration, rate);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static GammaPoisson of(double concentration, double rate) {
    return of(number(concentration), number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static GammaPoisson of(NDArray concentration, double rate) {
    return of(concentration, number(rate));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static GammaPoisson of(double concentration, NDArray rate) {
    return of(number(concentration), rate);
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  /** The parameter {@code rate}. */
  public NDArray rate() {
    return rate;
  }

  @Override
  public Constraint support() {
    return Constraint.NON_NEGATIVE_INTEGER;
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return false;
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray k = Counts.asFloat(value);
    NDArray trials = k.add(concentration);
    Odds odds = odds();
    NDArray deviances = odds.deviance(k, trials).add(odds.devianceOfRest(concentration, trials));
    return Counts.negativeBinomial(k, concentration, trials, deviances);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray a = expanded(run().bind(concentration).stopGradient(), batch);
    NDArray logGamma = rng.split(0).logGamma(a);
    NDArray value = Counts.gammaPoisson(rng.split(1), logGamma, odds().logits());
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  protected NDArray doMean() {
    return concentration.div(rate);
  }

  @Override
  protected NDArray doVariance() {
    return doMean().mul(rate.add(1)).div(rate);
  }

  /** As that of {@link NegativeBinomial}. */
  @Override
  protected NDArray doCdf(NDArray value) {
    return Counts.cdf(value, k -> odds().betaincc(k.add(1), concentration));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Counts.sf(value, k -> odds().betainc(k.add(1), concentration));
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return Counts.logCdf(value, k -> odds().logBetaincc(k.add(1), concentration));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return Counts.cdf(value, k -> odds().logBetainc(k.add(1), concentration));
  }

  /** Of one count more against none. */
  private Odds odds() {
    return Odds.logits(rate.log().neg());
  }

  @Override
  public GammaPoisson withParameters(UnaryOperator<NDArray> operator) {
    return new GammaPoisson(operator.apply(concentration), operator.apply(rate));
  }
}
