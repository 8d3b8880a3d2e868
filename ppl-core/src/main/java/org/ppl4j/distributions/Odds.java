package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.LogTails;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The probability p of an event, given as such or by its log-odds log(p / (1 − p)), which keep the
 * digits of both p and 1 − p. So does a probability that carries their logarithms, as one that a
 * sigmoid gave.
 */
record Odds(NDArray parameter, boolean isLogits) {

  static Odds probs(NDArray probs) {
    return new Odds(probs, false);
  }

  static Odds logits(NDArray logits) {
    return new Odds(logits, true);
  }

  /**
   * The argument {@code probs} in its range, or {@code logits}. A probability with logarithms may
   * round to an end.
   */
  Argument argument(Constraint range) {
    return argument("probs", "logits", range);
  }

  Argument argument(String probs, String logits, Constraint range) {
    if (isLogits) {
      return Argument.real(logits, parameter);
    }
    Constraint allowed = hasLogs() ? Constraint.UNIT_INTERVAL : range;
    return new Argument(probs, parameter, allowed, 0);
  }

  Odds with(UnaryOperator<NDArray> operator) {
    return new Odds(operator.apply(parameter), isLogits);
  }

  NDArray probs() {
    return isLogits ? Special.sigmoid(parameter) : parameter;
  }

  /** Whether the logarithms of p and of 1 − p are known better than both. */
  boolean hasLogs() {
    return isLogits || LogDistances.areKnown(parameter);
  }

  NDArray logits() {
    if (isLogits) {
      return parameter;
    }
    return hasLogs() ? logProbs().sub(logRest()) : Special.logit(parameter);
  }

  /** 1 − p. */
  NDArray rest() {
    if (isLogits) {
      return Special.sigmoid(parameter.neg());
    }
    return hasLogs() ? logRest().exp() : number(1).sub(parameter);
  }

  NDArray logProbs() {
    return isLogits ? Special.logSigmoid(parameter) : LogProbability.of(parameter);
  }

  /** log(1 − p). */
  NDArray logRest() {
    return isLogits ? Special.softplus(parameter).neg() : LogProbability.ofOther(parameter);
  }

  /** p / (1 − p). */
  NDArray ratio() {
    return hasLogs() ? logits().exp() : parameter.div(rest());
  }

  /** I_p(a, b), by the smaller of p and 1 − p. */
  NDArray betainc(NDArray a, NDArray b) {
    NDArray probs = probs();
    return Tensors.where(
        probs.lte(0.5), Special.betainc(a, b, probs), Special.betaincc(b, a, rest()));
  }

  /** 1 − I_p(a, b), the same way. */
  NDArray betaincc(NDArray a, NDArray b) {
    NDArray probs = probs();
    return Tensors.where(
        probs.lte(0.5), Special.betaincc(a, b, probs), Special.betainc(b, a, rest()));
  }

  /** The logarithm of {@link #betainc}. */
  NDArray logBetainc(NDArray a, NDArray b) {
    return LogTails.beta(a, b, logits());
  }

  /** The logarithm of {@link #betaincc}. */
  NDArray logBetaincc(NDArray a, NDArray b) {
    return LogTails.beta(b, a, logits().neg());
  }

  /** The deviance of a count of events in {@code trials} from its mean. */
  NDArray deviance(NDArray count, NDArray trials) {
    NDArray mean = trials.mul(probs());
    return hasLogs()
        ? Special.deviance(count, mean, trials.log().add(logProbs()))
        : Special.deviance(count, mean);
  }

  /** The same of the count of trials without the event. */
  NDArray devianceOfRest(NDArray count, NDArray trials) {
    NDArray mean = trials.mul(rest());
    return hasLogs()
        ? Special.deviance(count, mean, trials.log().add(logRest()))
        : Special.deviance(count, mean);
  }
}
