package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

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

  private final NDArray parameter;
  private final boolean isLogits;
  private final long categories;

  private Categorical(NDArray parameter, boolean isLogits) {
    super(
        new Shape(),
        isLogits
            ? new Argument("logits", parameter, Constraint.REAL, 1)
            : new Argument("probs", parameter, Constraint.NON_NEGATIVE, 1));
    this.parameter = parameter;
    this.isLogits = isLogits;
    this.categories = parameter.getShape().get(parameter.getShape().dimension() - 1);
  }

  /**
   * A categorical distribution by probabilities, which need not sum to 1.
   *
   * @param probs {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static Categorical probs(NDArray probs) {
    return new Categorical(probs, false);
  }

  /**
   * A categorical distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   * @throws IllegalArgumentException if it has no dimension
   */
  public static Categorical logits(NDArray logits) {
    return new Categorical(logits, true);
  }

  /** The normalised probabilities, {@code (*, K)}. */
  public NDArray probs() {
    return isLogits ? parameter.softmax(-1) : parameter.div(parameter.sum(new int[] {-1}, true));
  }

  /** The normalised log-probabilities, {@code (*, K)}. */
  public NDArray logits() {
    return isLogits
        ? parameter.sub(Special.logSumExp(parameter, -1, true))
        : parameter.log().sub(parameter.sum(new int[] {-1}, true).log());
  }

  @Override
  public Constraint support() {
    return Constraint.integerInterval(0, categories - 1);
  }

  @Override
  public boolean isReparameterized() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray index = Tensors.cast(value, DataType.INT64);
    NDArray picked =
        parameter.getShape().dimension() == 1
            ? Tensors.pick(parameter, index)
            : Tensors.pick(parameter, index.expandDims(-1)).squeeze(-1);
    return isLogits
        ? picked.sub(Special.logSumExp(parameter, -1, false))
        : picked.log().sub(parameter.sum(new int[] {-1}).log());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Shape shape = Shapes.concat(batch, new Shape(categories));
    NDArray value = rng.categorical(expanded(probs().stopGradient(), shape));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    long[] dims = new long[1 + batchShape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = categories;
    return run().arange(categories).reshape(new Shape(dims));
  }

  @Override
  public Categorical withParameters(UnaryOperator<NDArray> operator) {
    return new Categorical(operator.apply(parameter), isLogits);
  }

  @Override
  protected NDArray doEntropy() {
    NDArray probs = probs();
    if (!isLogits) {
      return Special.xlogy(probs, probs).sum(new int[] {-1}).neg();
    }
    return probs.mul(logits()).sum(new int[] {-1}).neg();
  }
}
