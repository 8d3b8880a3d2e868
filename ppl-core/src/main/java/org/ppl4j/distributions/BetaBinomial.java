package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.BetaBinomialSums;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How many of n trials succeed whose common probability of success is beta distributed.
 *
 * <p>log p(x) = log (n choose x) + log B(x + a, n − x + b) − log B(a, b), for x = 0 … n, with a =
 * concentration1 and b = concentration0.
 *
 * <p>Parameters: {@code concentration1 > 0}, {@code concentration0 > 0}; {@code totalCount} n, a
 * whole number that is not negative. The mean is n a / (a + b). Values are whole numbers of any
 * data type; draws are of the run's float type, without gradient. Digits are kept at large counts
 * and concentrations. The tails and the entropy are sums over up to n + 1 values, one at a time;
 * their first derivatives are those in the concentrations.
 */
public final class BetaBinomial extends Distribution {

  private final NDArray concentration1;
  private final NDArray concentration0;
  private final NDArray totalCount;

  private BetaBinomial(NDArray concentration1, NDArray concentration0, NDArray totalCount) {
    super(
        Argument.positive("concentration1", concentration1),
        Argument.positive("concentration0", concentration0),
        new Argument("totalCount", totalCount, Constraint.NON_NEGATIVE_INTEGER, 0));
    this.concentration1 = concentration1;
    this.concentration0 = concentration0;
    this.totalCount = totalCount;
  }

  /** A beta-binomial distribution. */
  public static BetaBinomial of(
      NDArray concentration1, NDArray concentration0, NDArray totalCount) {
    return new BetaBinomial(concentration1, concentration0, totalCount);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(double concentration1, double concentration0, long totalCount) {
    return of(number(concentration1), number(concentration0), number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(NDArray concentration1, NDArray concentration0, long totalCount) {
    return of(concentration1, concentration0, number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(NDArray concentration1, double concentration0, long totalCount) {
    return of(concentration1, number(concentration0), number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(double concentration1, NDArray concentration0, long totalCount) {
    return of(number(concentration1), concentration0, number((double) totalCount));
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(double concentration1, double concentration0, NDArray totalCount) {
    return of(number(concentration1), number(concentration0), totalCount);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(NDArray concentration1, double concentration0, NDArray totalCount) {
    return of(concentration1, number(concentration0), totalCount);
  }

  /** As {@link #of(NDArray, NDArray, NDArray)}. */
  public static BetaBinomial of(double concentration1, NDArray concentration0, NDArray totalCount) {
    return of(number(concentration1), concentration0, totalCount);
  }

  /** The parameter {@code concentration1}. */
  public NDArray concentration1() {
    return concentration1;
  }

  /** The parameter {@code concentration0}. */
  public NDArray concentration0() {
    return concentration0;
  }

  /** The parameter {@code totalCount}. */
  public NDArray totalCount() {
    return totalCount;
  }

  @Override
  public Constraint support() {
    return Constraint.integerInterval(number(0), totalCount);
  }

  @Override
  public boolean hasCdf() {
    return true;
  }

  /** Pólya's mass of two kinds. */
  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray k = Counts.asFloat(value);
    NDArray rest = totalCount.sub(k);
    NDArray both = Tensors.stack(List.of(expanded(k, rest.getShape()), rest), -1);
    return Counts.polya(both, concentrations(Tensors.run(value)), totalCount);
  }

  private NDArray concentrations(Run run) {
    NDArray a = run.bind(concentration1);
    NDArray b = run.bind(concentration0);
    Shape shape = Shapes.broadcast(a.getShape(), b.getShape());
    return Tensors.stack(List.of(expanded(a, shape), expanded(b, shape)), -1);
  }

  /** A binomial draw whose probability is a beta draw. */
  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray a = expanded(run().bind(concentration1).stopGradient(), batch);
    NDArray b = expanded(run().bind(concentration0).stopGradient(), batch);
    NDArray logits = rng.split(0).logGamma(a).sub(rng.split(1).logGamma(b));
    NDArray value = rng.split(2).binomial(totalCount, Special.sigmoid(logits));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    double count = Counts.bound(totalCount, Math::max);
    return Counts.range(run(), 0, count, batchShape().dimension());
  }

  @Override
  protected NDArray doMean() {
    return totalCount.mul(concentration1).div(concentration1.add(concentration0));
  }

  @Override
  protected NDArray doVariance() {
    NDArray sum = concentration1.add(concentration0);
    NDArray excess = sum.add(totalCount).div(sum.add(1));
    return doMean().mul(concentration0).div(sum).mul(excess);
  }

  @Override
  protected NDArray doEntropy() {
    return BetaBinomialSums.entropy(concentration1, concentration0, totalCount);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return doLogCdf(value).exp();
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return doLogSf(value).exp();
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray k = Counts.asFloat(value).floor();
    return BetaBinomialSums.logLower(concentration1, concentration0, totalCount, k);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray k = Counts.asFloat(value).floor();
    return BetaBinomialSums.logUpper(concentration1, concentration0, totalCount, k);
  }

  @Override
  public BetaBinomial withParameters(UnaryOperator<NDArray> operator) {
    return new BetaBinomial(
        operator.apply(concentration1), operator.apply(concentration0), operator.apply(totalCount));
  }
}
