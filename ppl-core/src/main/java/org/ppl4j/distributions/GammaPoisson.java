package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.UnaryOperator;

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
public final class GammaPoisson extends WrappedDistribution {

  private final NDArray concentration;
  private final NDArray rate;

  private GammaPoisson(NDArray concentration, NDArray rate, NegativeBinomial counts) {
    super(counts, counts.batchShape(), counts.eventShape());
    this.concentration = concentration;
    this.rate = rate;
  }

  /** A gamma-Poisson distribution. */
  public static GammaPoisson of(NDArray concentration, NDArray rate) {
    Argument.positive("concentration", concentration).check("GammaPoisson");
    Argument.positive("rate", rate).check("GammaPoisson");
    NDArray logits = rate.log().neg(); // of one count more against none
    return new GammaPoisson(concentration, rate, NegativeBinomial.logits(concentration, logits));
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
  public List<Argument> arguments() {
    return List.of(
        Argument.positive("concentration", concentration), Argument.positive("rate", rate));
  }

  @Override
  protected NDArray doMean() {
    return concentration.div(rate);
  }

  @Override
  protected NDArray doVariance() {
    return doMean().mul(rate.add(1)).div(rate);
  }

  @Override
  public GammaPoisson withParameters(UnaryOperator<NDArray> operator) {
    return of(operator.apply(concentration), operator.apply(rate));
  }

  @Override
  public String name() {
    return "GammaPoisson";
  }
}
