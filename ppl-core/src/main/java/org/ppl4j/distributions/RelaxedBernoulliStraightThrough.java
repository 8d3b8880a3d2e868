package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Tensors;

/**
 * 0 or 1 with the gradient of {@link RelaxedBernoulli}: its draws rounded, in the forward direction
 * only.
 *
 * <p>log p(x) is that of the relaxed value that a draw was rounded from. A draw remembers it, also
 * without its gradient; of a value that is no draw of this run the density is the relaxed one at
 * the value itself.
 *
 * <p>Parameters: as of {@link RelaxedBernoulli}. A draw is 1 with probability {@code probs}; its
 * gradient is biased the less the lower the temperature.
 */
public final class RelaxedBernoulliStraightThrough extends StraightThrough {

  private final RelaxedBernoulli relaxed;

  private RelaxedBernoulliStraightThrough(RelaxedBernoulli relaxed) {
    super(relaxed);
    this.relaxed = relaxed;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough of(NDArray temperature, NDArray probs) {
    return probs(temperature, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough of(double temperature, double probs) {
    return of(number(temperature), number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough of(NDArray temperature, double probs) {
    return of(temperature, number(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough of(double temperature, NDArray probs) {
    return of(number(temperature), probs);
  }

  /** A straight-through relaxed Bernoulli distribution by the probability of 1. */
  public static RelaxedBernoulliStraightThrough probs(NDArray temperature, NDArray probs) {
    return new RelaxedBernoulliStraightThrough(RelaxedBernoulli.probs(temperature, probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough probs(double temperature, double probs) {
    return probs(number(temperature), number(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough probs(double temperature, NDArray probs) {
    return probs(number(temperature), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough probs(NDArray temperature, double probs) {
    return probs(temperature, number(probs));
  }

  /** A straight-through relaxed Bernoulli distribution by the log-odds of 1. */
  public static RelaxedBernoulliStraightThrough logits(NDArray temperature, NDArray logits) {
    return new RelaxedBernoulliStraightThrough(RelaxedBernoulli.logits(temperature, logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough logits(double temperature, double logits) {
    return logits(number(temperature), number(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough logits(double temperature, NDArray logits) {
    return logits(number(temperature), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static RelaxedBernoulliStraightThrough logits(NDArray temperature, double logits) {
    return logits(temperature, number(logits));
  }

  /** The distribution of the values before they are made hard. */
  public RelaxedBernoulli relaxed() {
    return relaxed;
  }

  @Override
  NDArray hard(NDArray soft) {
    return Tensors.cast(soft.gt(0.5), soft.getDataType());
  }

  @Override
  public RelaxedBernoulliStraightThrough withParameters(UnaryOperator<NDArray> operator) {
    return new RelaxedBernoulliStraightThrough(relaxed.withParameters(operator));
  }
}
