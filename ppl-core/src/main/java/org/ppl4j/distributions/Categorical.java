package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * One of the categories 0 … K − 1.
 *
 * <p>log p(k) = log p_k − log Σ p_j, or l_k − log Σ exp(l_j).
 *
 * <p>Parameter: {@code probs (*, K)}, non-negative, normalised here; or {@code logits (*, K)}, any
 * real up to an additive constant. Values are integers, of an integer or a float type; draws are
 * int64, without gradient. Mean and variance do not exist.
 */
public final class Categorical extends Distribution {

  private final Weights weights;

  private Categorical(Weights weights) {
    super(weights.argument());
    this.weights = weights;
  }

  /** The same as {@link #probs(NDArray)}. */
  public static Categorical of(NDArray probs) {
    return probs(probs);
  }

  /** As {@link #of(NDArray)}. */
  public static Categorical of(double... probs) {
    return of(Tensors.vector(probs));
  }

  /**
   * A categorical distribution by probabilities, which need not sum to 1.
   *
   * @param probs {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static Categorical probs(NDArray probs) {
    return new Categorical(Weights.probs(probs));
  }

  /**
   * As {@link #probs(NDArray)}.
   *
   * @throws IllegalArgumentException if one is negative or NaN
   */
  public static Categorical probs(double... probs) {
    return probs(Tensors.vector(probs));
  }

  /**
   * A categorical distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static Categorical logits(NDArray logits) {
    return new Categorical(Weights.logits(logits));
  }

  /**
   * As {@link #logits(NDArray)}.
   *
   * @throws IllegalArgumentException if one is NaN or infinite
   */
  public static Categorical logits(double... logits) {
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
    return Constraint.integerInterval(0, weights.size() - 1);
  }

  @Override
  protected boolean showsUndefined() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray index = Tensors.cast(value, DataType.INT64);
    NDArray parameter = weights.parameter();
    NDArray picked =
        parameter.getShape().dimension() == 1
            ? Tensors.pick(parameter, index)
            : Tensors.pick(parameter, index.expandDims(-1)).squeeze(-1);
    return (weights.isLogits() ? picked : LogProbability.of(picked)).sub(weights.logTotal());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Shape shape = Shapes.concat(batch, weights.shape());
    NDArray value = rng.categorical(expanded(probs(), shape));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    long[] dims = new long[1 + batchShape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = weights.size();
    return run().arange(weights.size()).reshape(new Shape(dims));
  }

  @Override
  public Categorical withParameters(UnaryOperator<NDArray> operator) {
    return new Categorical(weights.with(operator));
  }

  @Override
  protected NDArray doEntropy() {
    return weights.entropy();
  }
}
