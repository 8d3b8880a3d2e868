package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

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
    return sum(LogDistances.times(concentration.sub(1), value, 0)).add(logNormalizer());
  }

  /** log Γ(Σ a_k) − Σ log Γ(a_k). */
  private NDArray logNormalizer() {
    return Special.lgamma(sum(concentration)).sub(sum(Special.lgamma(concentration)));
  }

  private static NDArray sum(NDArray x) {
    return x.sum(new int[] {-1});
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Shape shape = Shapes.concat(batch, eventShape());
    NDArray log = rng.logGamma(expanded(concentration, shape)).logSoftmax(-1);
    return Draw.of(
        LogDistances.exp(log), () -> sum(log.mul(concentration.sub(1))).add(logNormalizer()));
  }

  @Override
  protected NDArray doMean() {
    return concentration.div(concentration.sum(new int[] {-1}, true));
  }

  @Override
  protected NDArray doVariance() {
    NDArray mean = doMean();
    NDArray total = concentration.sum(new int[] {-1}, true);
    return mean.mul(Tensors.number(1).sub(mean)).div(total.add(1));
  }

  @Override
  protected NDArray doEntropy() {
    NDArray total = sum(concentration);
    NDArray each = sum(concentration.sub(1).mul(Special.digamma(concentration)));
    return total
        .sub((double) eventShape().size())
        .mul(Special.digamma(total))
        .sub(each)
        .sub(logNormalizer());
  }

  @Override
  public Dirichlet withParameters(UnaryOperator<NDArray> operator) {
    return new Dirichlet(operator.apply(concentration));
  }
}
