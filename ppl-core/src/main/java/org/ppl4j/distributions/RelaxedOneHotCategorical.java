package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

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
 * A point of the simplex that comes close to a one-hot draw as the temperature falls, and has a
 * gradient: the softmax of (l + g) / t with Gumbel noise g.
 *
 * <p>log p(x) = log Γ(K) + (K − 1) log t + Σ [l_k − (t + 1) log x_k] − K log Σ exp(l_k − t log
 * x_k), with t = temperature and l the logits, a density in K − 1 of the entries.
 *
 * <p>Parameters: {@code temperature > 0}; {@code probs (*, K)}, above 0, which need not sum to 1,
 * or {@code logits (*, K)}, any real up to an additive constant. Mean and variance have no formula.
 * An entry of 0 counts as the smallest normal float32 number. A draw's own log-density comes from
 * the logarithms, which do not vanish.
 *
 * <p>Source: Maddison, Mnih and Teh, "The concrete distribution" (2017), equation 10; Jang, Gu and
 * Poole, "Categorical reparameterization with Gumbel-softmax" (2017).
 */
public final class RelaxedOneHotCategorical extends Distribution {

  private final NDArray temperature;
  private final Weights weights;

  private RelaxedOneHotCategorical(NDArray temperature, Weights weights) {
    super(
        weights.shape(),
        Argument.positive("temperature", temperature),
        weights.argument(Constraint.POSITIVE));
    this.temperature = temperature;
    this.weights = weights;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical of(NDArray temperature, NDArray probs) {
    return probs(temperature, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical of(double temperature, double... probs) {
    return of(number(temperature), Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical of(NDArray temperature, double... probs) {
    return of(temperature, Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical of(double temperature, NDArray probs) {
    return of(number(temperature), probs);
  }

  /**
   * A relaxed one-hot categorical distribution by probabilities, which need not sum to 1.
   *
   * @param probs {@code (*, K)}
   */
  public static RelaxedOneHotCategorical probs(NDArray temperature, NDArray probs) {
    return new RelaxedOneHotCategorical(temperature, Weights.probs(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical probs(double temperature, NDArray probs) {
    return probs(number(temperature), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical probs(double temperature, double... probs) {
    return probs(temperature, Tensors.vector(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical probs(NDArray temperature, double... probs) {
    return probs(temperature, Tensors.vector(probs));
  }

  /**
   * A relaxed one-hot categorical distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   */
  public static RelaxedOneHotCategorical logits(NDArray temperature, NDArray logits) {
    return new RelaxedOneHotCategorical(temperature, Weights.logits(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical logits(double temperature, NDArray logits) {
    return logits(number(temperature), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical logits(double temperature, double... logits) {
    return logits(temperature, Tensors.vector(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategorical logits(NDArray temperature, double... logits) {
    return logits(temperature, Tensors.vector(logits));
  }

  /** The parameter {@code temperature}. */
  public NDArray temperature() {
    return temperature;
  }

  /** The normalised probabilities, {@code (*, K)}, of each entry to be the largest. */
  public NDArray probs() {
    return weights.probs();
  }

  /** Their logarithms, {@code (*, K)}. */
  public NDArray logits() {
    return weights.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.SIMPLEX;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    boolean isKnown = LogDistances.areKnown(value);
    double least = Math.exp(-Tensors.run(value).floatType().logRange());
    return density(LogDistances.of(isKnown ? value : value.maximum(least), 0));
  }

  private NDArray density(NDArray log) {
    double size = weights.size();
    NDArray score = logWeights().sub(log.mul(Counts.column(temperature)));
    return score
        .sub(log)
        .sum(new int[] {-1})
        .sub(Special.logSumExp(score, -1, false).mul(size))
        .add(temperature.log().mul(size - 1))
        .add(Special.lgamma(number(size)));
  }

  /** The logits up to a shift, which the density does not see. */
  private NDArray logWeights() {
    return weights.logs();
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray uniform = rng.uniform(run(), Shapes.concat(batch, weights.shape()));
    NDArray gumbel = uniform.log().neg().log().neg();
    NDArray score = logWeights().add(gumbel).div(Counts.column(temperature));
    NDArray log = score.logSoftmax(-1);
    return Draw.of(LogDistances.exp(log), () -> density(log));
  }

  @Override
  public RelaxedOneHotCategorical withParameters(UnaryOperator<NDArray> operator) {
    return new RelaxedOneHotCategorical(operator.apply(temperature), weights.with(operator));
  }
}
