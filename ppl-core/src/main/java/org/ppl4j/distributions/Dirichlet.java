package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The Dirichlet distribution on the simplex.
 *
 * <p>log p(x) = log Γ(Σ a_k) − Σ log Γ(a_k) + Σ (a_k − 1) log x_k with a = concentration, with
 * respect to x_1 … x_{K−1}.
 *
 * <p>Parameter: {@code concentration (*, K)}, each above 0. A draw is a vector of gamma draws,
 * normalised in log space and differentiated implicitly, and carries the logarithms of its entries
 * ({@link LogDistances}), from which its density is computed also where an entry is too small for
 * the float type.
 */
public final class Dirichlet extends Distribution {

  private final NDArray concentration;

  private Dirichlet(NDArray concentration) {
    super(
        Matrices.lastDims(concentration, 1),
        new Argument("concentration", concentration, Constraint.POSITIVE, 1));
    this.concentration = concentration;
  }

  /**
   * A Dirichlet distribution.
   *
   * @param concentration {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static Dirichlet of(NDArray concentration) {
    return new Dirichlet(concentration);
  }

  /** As {@link #of(NDArray)}. */
  public static Dirichlet of(double... concentration) {
    return of(Tensors.vector(concentration));
  }

  /** The parameter {@code concentration}, {@code (*, K)}. */
  public NDArray concentration() {
    return concentration;
  }

  @Override
  public Constraint support() {
    return Constraint.SIMPLEX;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray a = concentration;
    NDArray total = a.sum(new int[] {-1}, true);
    NDArray each = a.log().sub(Special.logFactorialRest(a));
    if (LogDistances.areKnown(value)) {
      NDArray log = LogDistances.of(value, 0);
      NDArray logMean = log.add(total.log());
      each = each.sub(Special.deviance(a, logMean.exp(), logMean)).sub(log);
    } else {
      each = each.sub(Special.devianceAndLog(a, total.mul(value))).add(total.log());
    }
    // Deviances count how far the shares are from adding up to 1.
    NDArray whole = sum(value).sub(1).mul(total.squeeze(-1));
    NDArray rest = Special.logFactorialRest(total).sub(total.log()).squeeze(-1);
    return sum(each).add(rest).add(whole);
  }

  private static NDArray sum(NDArray x) {
    return x.sum(new int[] {-1});
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Shape shape = Shapes.concat(batch, eventShape());
    NDArray log = rng.logGamma(expanded(concentration, shape)).logSoftmax(-1);
    NDArray value = LogDistances.exp(log);
    return Draw.of(value, () -> doLogProb(value));
  }

  @Override
  protected NDArray doMean() {
    return concentration.div(concentration.sum(new int[] {-1}, true));
  }

  @Override
  protected NDArray doVariance() {
    NDArray mean = doMean();
    NDArray total = concentration.sum(new int[] {-1}, true);
    return mean.mul(Weights.rest(mean)).div(total.add(1));
  }

  @Override
  protected NDArray doEntropy() {
    NDArray a = concentration;
    NDArray total = sum(a);
    double size = (double) eventShape().size();
    NDArray each = Special.logFactorialRest(a).add(a.sub(1).mul(logLessDigamma(a)));
    return sum(each)
        .sub(Special.logFactorialRest(total))
        .sub(total.sub(size).mul(logLessDigamma(total)))
        .sub(total.log().mul(size - 1));
  }

  @Override
  public Dirichlet withParameters(UnaryOperator<NDArray> operator) {
    return new Dirichlet(operator.apply(concentration));
  }
}
