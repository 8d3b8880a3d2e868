package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * 1 with probability p, 0 otherwise.
 *
 * <p>log p(x) = x log p + (1 − x) log(1 − p), or x l − log(1 + exp(l)) with l = log(p / (1 − p)).
 *
 * <p>Parameter: {@code probs} from 0 to 1, or {@code logits}, any real. Values are 0 and 1 of any
 * data type, booleans too; draws are 0 and 1 of the run's float type, without gradient.
 */
public final class Bernoulli extends Distribution {

  private final NDArray parameter;
  private final boolean isLogits;

  private Bernoulli(NDArray parameter, boolean isLogits) {
    super(
        new Shape(),
        isLogits
            ? Argument.real("logits", parameter)
            : new Argument("probs", parameter, Constraint.UNIT_INTERVAL, 0));
    this.parameter = parameter;
    this.isLogits = isLogits;
  }

  /**
   * A Bernoulli distribution by the probability of 1.
   *
   * @throws IllegalArgumentException if a plain number is not from 0 to 1
   */
  public static Bernoulli probs(NDArray probs) {
    return new Bernoulli(probs, false);
  }

  /** As {@link #probs(NDArray)}. */
  public static Bernoulli probs(double probs) {
    return probs(number(probs));
  }

  /** A Bernoulli distribution by the log-odds of 1. */
  public static Bernoulli logits(NDArray logits) {
    return new Bernoulli(logits, true);
  }

  /** As {@link #logits(NDArray)}. */
  public static Bernoulli logits(double logits) {
    return logits(number(logits));
  }

  /** The probability of 1. */
  public NDArray probs() {
    return isLogits ? Special.sigmoid(parameter) : parameter;
  }

  /** The log-odds of 1. */
  public NDArray logits() {
    return isLogits ? parameter : Special.logit(parameter);
  }

  @Override
  public Constraint support() {
    return Constraint.BOOLEAN;
  }

  @Override
  public boolean isReparameterized() {
    return false;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return true;
  }

  @Override
  protected boolean showsUndefined() {
    return isLogits;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    if (isLogits) {
      NDArray x = Counts.asFloat(value);
      return x.mul(parameter).sub(Special.softplus(parameter));
    }
    NDArray isOne = value.getDataType().isBoolean() ? value : value.gt(0);
    return Tensors.where(isOne, parameter.log(), Special.log1p(parameter.neg()));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Run run = run();
    NDArray probs = run.bind(probs()).stopGradient();
    NDArray value = Counts.asFloat(rng.bernoulli(expanded(probs, batch)));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    return Counts.range(run(), 0, 1, batchShape().dimension());
  }

  @Override
  public Bernoulli withParameters(UnaryOperator<NDArray> operator) {
    return new Bernoulli(operator.apply(parameter), isLogits);
  }

  @Override
  protected NDArray doMean() {
    return probs();
  }

  @Override
  protected NDArray doVariance() {
    NDArray probs = probs();
    return isLogits ? probs.mul(Special.sigmoid(parameter.neg())) : probs.mul(number(1).sub(probs));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray below = isLogits ? Special.sigmoid(parameter.neg()) : number(1).sub(parameter);
    return Tensors.where(value.gte(1), number(1), Tensors.where(value.gte(0), below, number(0)));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return Tensors.where(value.gte(1), number(0), Tensors.where(value.gte(0), probs(), number(1)));
  }

  /** −p log p − (1 − p) log(1 − p), in log space for logits: log(1 + exp(l)) − p l. */
  @Override
  protected NDArray doEntropy() {
    if (isLogits) {
      return Special.softplus(parameter).sub(Special.sigmoid(parameter).mul(parameter));
    }
    NDArray q = number(1).sub(parameter);
    return Special.xlogy(parameter, parameter).add(Special.xlogy(q, q)).neg();
  }
}
