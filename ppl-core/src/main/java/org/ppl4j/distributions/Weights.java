package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The probabilities of K categories up to a factor, or their logarithms up to a shift, {@code (*,
 * K)}.
 */
record Weights(NDArray parameter, boolean isLogits) {

  static Weights probs(NDArray probs) {
    return new Weights(probs, false);
  }

  static Weights logits(NDArray logits) {
    return new Weights(logits, true);
  }

  /** The argument {@code probs}, not negative, or {@code logits}. */
  Argument argument() {
    return argument(Constraint.NON_NEGATIVE);
  }

  /** The argument {@code probs} in its range, or {@code logits}. */
  Argument argument(Constraint range) {
    return isLogits
        ? new Argument("logits", parameter, Constraint.REAL, 1)
        : new Argument("probs", parameter, range, 1);
  }

  Weights with(UnaryOperator<NDArray> operator) {
    return new Weights(operator.apply(parameter), isLogits);
  }

  /** {@code (K)}, or () if the parameter has no dims, which its argument does not let pass. */
  Shape shape() {
    return Shapes.takeRight(parameter.getShape(), Math.min(1, parameter.getShape().dimension()));
  }

  /** K. */
  long size() {
    return shape().size();
  }

  /** The normalised probabilities, {@code (*, K)}. */
  NDArray probs() {
    return isLogits ? parameter.softmax(-1) : parameter.div(parameter.sum(new int[] {-1}, true));
  }

  /** The normalised log-probabilities, {@code (*, K)}. */
  NDArray logits() {
    return isLogits
        ? parameter.logSoftmax(-1)
        : logs().sub(parameter.sum(new int[] {-1}, true).log());
  }

  /** 1 − p of probabilities p that sum to 1, with all digits also where p is nearly 1. */
  static NDArray rest(NDArray probs) {
    NDArray isLarge = probs.gt(0.5);
    NDArray others = Tensors.where(isLarge, Tensors.number(0), probs).sum(new int[] {-1}, true);
    return Tensors.where(isLarge, others, Tensors.number(1).sub(probs));
  }

  /** Whether the logarithms of the weights are known better than they, as those of a softmax. */
  boolean hasLogs() {
    return isLogits || LogDistances.areKnown(parameter);
  }

  /** The logarithms of the weights, not normalised, {@code (*, K)}. */
  NDArray logs() {
    return isLogits ? parameter : LogProbability.of(parameter);
  }

  /** The logarithm of the sum of all weights, {@code (*)}. */
  NDArray logTotal() {
    return isLogits ? Special.logSumExp(parameter, -1, false) : parameter.sum(new int[] {-1}).log();
  }

  NDArray entropy() {
    NDArray probs = probs();
    NDArray each = hasLogs() ? probs.mul(logits()) : Special.xlogy(probs, probs);
    return each.sum(new int[] {-1}).neg();
  }
}
