package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One of K categories as a vector of zeros with a 1 at its place.
 *
 * <p>log p(x) = Σ x_k log p_k − log Σ p_j, or Σ x_k l_k − log Σ exp(l_j).
 *
 * <p>Parameter: {@code probs (*, K)}, non-negative, normalised here; or {@code logits (*, K)}, any
 * real up to an additive constant. Values are vectors {@code (K)} of any data type; draws are of
 * the run's float type, without gradient.
 */
public final class OneHotCategorical extends Distribution {

  private final Weights weights;

  private OneHotCategorical(Weights weights) {
    super(weights.shape(), weights.argument());
    this.weights = weights;
  }

  /** The same as {@link #probs(NDArray)}. */
  public static OneHotCategorical of(NDArray probs) {
    return probs(probs);
  }

  /** As {@link #of(NDArray)}. */
  public static OneHotCategorical of(double... probs) {
    return of(Tensors.vector(probs));
  }

  /**
   * A one-hot categorical distribution by probabilities, which need not sum to 1.
   *
   * @param probs {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static OneHotCategorical probs(NDArray probs) {
    return new OneHotCategorical(Weights.probs(probs));
  }

  /**
   * As {@link #probs(NDArray)}.
   *
   * @throws IllegalArgumentException if one is negative or NaN
   */
  public static OneHotCategorical probs(double... probs) {
    return probs(Tensors.vector(probs));
  }

  /**
   * A one-hot categorical distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static OneHotCategorical logits(NDArray logits) {
    return new OneHotCategorical(Weights.logits(logits));
  }

  /**
   * As {@link #logits(NDArray)}.
   *
   * @throws IllegalArgumentException if one is NaN or infinite
   */
  public static OneHotCategorical logits(double... logits) {
    return logits(Tensors.vector(logits));
  }

  /** The normalised probabilities, {@code (*, K)}. */
  public NDArray probs() {
    return weights.probs();
  }

  /** The normalised log-probabilities, {@code (*, K)}. */
  public NDArray logits() {
    return weights.logits();
  }

  @Override
  public Constraint support() {
    return Constraint.ONE_HOT;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray each = weights.hasLogs() ? weights.logs() : weights.parameter();
    NDArray hot = Tensors.where(value.gt(0), each, 0).sum(new int[] {-1});
    return (weights.hasLogs() ? hot : LogProbability.of(hot)).sub(weights.logTotal());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Shape shape = Shapes.concat(batch, weights.shape());
    NDArray probs = expanded(probs().stopGradient(), shape);
    NDArray index = rng.categorical(probs);
    int size = Math.toIntExact(weights.size());
    NDArray hot = index.oneHot(size, 1, 0, Tensors.run(index).dataType());
    NDArray value = Undefined.shown(probs.isNaN(), hot);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    int size = Math.toIntExact(weights.size());
    long[] dims = new long[2 + batchShape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = size;
    dims[dims.length - 1] = size;
    double[] hot = new double[size * size];
    for (int i = 0; i < size; i++) {
      hot[i * size + i] = 1;
    }
    return run().create(hot, new Shape(dims));
  }

  @Override
  public OneHotCategorical withParameters(UnaryOperator<NDArray> operator) {
    return new OneHotCategorical(weights.with(operator));
  }

  @Override
  protected NDArray doMean() {
    return probs();
  }

  @Override
  protected NDArray doVariance() {
    NDArray probs = probs();
    return probs.mul(Weights.rest(probs));
  }

  @Override
  protected NDArray doEntropy() {
    return weights.entropy();
  }
}
