package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;

/**
 * A one-hot vector with the gradient of {@link RelaxedOneHotCategorical}: its draws with a 1 at the
 * largest entry, in the forward direction only.
 *
 * <p>log p(x) is that of the relaxed value that a draw was made of. A draw remembers it, also
 * without its gradient; of a value that is no draw of this run the density is the relaxed one at
 * the value itself.
 *
 * <p>Parameters: as of {@link RelaxedOneHotCategorical}. Category k is drawn with probability
 * {@code probs}_k; the gradient of a draw is biased the less the lower the temperature.
 */
public final class RelaxedOneHotCategoricalStraightThrough extends StraightThrough {

  private final RelaxedOneHotCategorical relaxed;

  private RelaxedOneHotCategoricalStraightThrough(RelaxedOneHotCategorical relaxed) {
    super(relaxed);
    this.relaxed = relaxed;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough of(NDArray temperature, NDArray probs) {
    return probs(temperature, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough of(double temperature, double... probs) {
    return of(number(temperature), Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough of(NDArray temperature, double... probs) {
    return of(temperature, Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough of(double temperature, NDArray probs) {
    return of(number(temperature), probs);
  }

  /**
   * A straight-through relaxed one-hot categorical distribution by probabilities.
   *
   * @param probs {@code (*, K)}
   */
  public static RelaxedOneHotCategoricalStraightThrough probs(NDArray temperature, NDArray probs) {
    return new RelaxedOneHotCategoricalStraightThrough(
        RelaxedOneHotCategorical.probs(temperature, probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough probs(double temperature, NDArray probs) {
    return probs(number(temperature), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough probs(double temperature, double... probs) {
    return probs(temperature, Tensors.vector(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough probs(
      NDArray temperature, double... probs) {
    return probs(temperature, Tensors.vector(probs));
  }

  /**
   * A straight-through relaxed one-hot categorical distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   */
  public static RelaxedOneHotCategoricalStraightThrough logits(
      NDArray temperature, NDArray logits) {
    return new RelaxedOneHotCategoricalStraightThrough(
        RelaxedOneHotCategorical.logits(temperature, logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough logits(double temperature, NDArray logits) {
    return logits(number(temperature), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough logits(
      double temperature, double... logits) {
    return logits(temperature, Tensors.vector(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedOneHotCategoricalStraightThrough logits(
      NDArray temperature, double... logits) {
    return logits(temperature, Tensors.vector(logits));
  }

  /** The distribution of the values before they are made hard. */
  public RelaxedOneHotCategorical relaxed() {
    return relaxed;
  }

  @Override
  NDArray hard(NDArray soft) {
    return soft.argMax(-1)
        .oneHot(Math.toIntExact(soft.getShape().getLastDimension()), 1, 0, soft.getDataType());
  }

  @Override
  public RelaxedOneHotCategoricalStraightThrough withParameters(UnaryOperator<NDArray> operator) {
    return new RelaxedOneHotCategoricalStraightThrough(relaxed.withParameters(operator));
  }
}
