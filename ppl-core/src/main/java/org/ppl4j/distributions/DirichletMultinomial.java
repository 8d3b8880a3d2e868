package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How often each of K outcomes happens in n trials whose common probabilities are Dirichlet
 * distributed: Pólya's urn.
 *
 * <p>log p(x) = log Γ(a_0) + log n! − log Γ(n + a_0) + Σ [log Γ(x_k + a_k) − log Γ(a_k) − log
 * x_k!], for counts x_k with Σ x_k = n, with a = concentration and a_0 = Σ a_k.
 *
 * <p>Parameters: {@code concentration (*, K)}, above 0; {@code totalCount} n, a whole number that
 * is not negative. Values are vectors {@code (K)} of whole numbers of any data type; draws are of
 * the run's float type, without gradient. Digits are kept at large counts and concentrations.
 */
public final class DirichletMultinomial extends Distribution {

  private final NDArray concentration;
  private final NDArray totalCount;

  private DirichletMultinomial(NDArray concentration, NDArray totalCount) {
    super(
        Shapes.takeRight(
            concentration.getShape(), Math.min(1, concentration.getShape().dimension())),
        new Argument("concentration", concentration, Constraint.POSITIVE, 1),
        new Argument("totalCount", totalCount, Constraint.NON_NEGATIVE_INTEGER, 0));
    this.concentration = concentration;
    this.totalCount = totalCount;
  }

  /**
   * A Dirichlet-multinomial distribution.
   *
   * @param concentration {@code (*, K)}
   */
  public static DirichletMultinomial of(NDArray concentration, NDArray totalCount) {
    return new DirichletMultinomial(concentration, totalCount);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DirichletMultinomial of(NDArray concentration, long totalCount) {
    return of(concentration, Tensors.number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DirichletMultinomial of(double[] concentration, long totalCount) {
    return of(Tensors.vector(concentration), number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static DirichletMultinomial of(double[] concentration, NDArray totalCount) {
    return of(Tensors.vector(concentration), totalCount);
  }

  /** The parameter {@code concentration}. */
  public NDArray concentration() {
    return concentration;
  }

  /** The parameter {@code totalCount}. */
  public NDArray totalCount() {
    return totalCount;
  }

  @Override
  public Constraint support() {
    return Constraint.multinomial(totalCount);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return Counts.polya(Counts.asFloat(value), concentration, totalCount);
  }

  /** A multinomial draw whose probabilities are a Dirichlet draw. */
  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray a = expanded(run().bind(concentration), Shapes.concat(batch, eventShape()));
    NDArray probs = rng.split(0).logGamma(a.stopGradient()).softmax(-1);
    NDArray value = rng.split(1).multinomial(totalCount, probs);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  private NDArray probs() {
    return concentration.div(concentration.sum(new int[] {-1}, true));
  }

  @Override
  protected NDArray doMean() {
    return Counts.column(totalCount).mul(probs());
  }

  @Override
  protected NDArray doVariance() {
    NDArray n = Counts.column(totalCount);
    NDArray sum = concentration.sum(new int[] {-1}, true);
    NDArray probs = probs();
    NDArray excess = sum.add(n).div(sum.add(1));
    return n.mul(probs).mul(Weights.rest(probs)).mul(excess);
  }

  @Override
  public DirichletMultinomial withParameters(UnaryOperator<NDArray> operator) {
    return new DirichletMultinomial(operator.apply(concentration), operator.apply(totalCount));
  }
}
