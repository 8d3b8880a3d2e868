package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * How often each of K outcomes happens in n independent trials.
 *
 * <p>log p(x) = log n! − Σ log x_k! + Σ x_k log p_k, for counts x_k with Σ x_k = n.
 *
 * <p>Parameters: {@code totalCount} n, a whole number that is not negative; {@code probs (*, K)},
 * non-negative, normalised here, or {@code logits (*, K)}, any real up to an additive constant.
 * Values are vectors {@code (K)} of whole numbers of any data type; draws are of the run's float
 * type, without gradient. Digits are kept at large counts.
 */
public final class Multinomial extends Distribution {

  /** So many values are enumerated at most. */
  private static final int MOST = 10_000;

  private final NDArray totalCount;
  private final Weights weights;

  private Multinomial(NDArray totalCount, Weights weights) {
    super(
        weights.shape(),
        new Argument("totalCount", totalCount, Constraint.NON_NEGATIVE_INTEGER, 0),
        weights.argument());
    this.totalCount = totalCount;
    this.weights = weights;
  }

  /** The same as {@link #probs(NDArray, NDArray)}. */
  public static Multinomial of(NDArray totalCount, NDArray probs) {
    return probs(totalCount, probs);
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Multinomial of(long totalCount, double... probs) {
    return of(number((double) totalCount), Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Multinomial of(NDArray totalCount, double... probs) {
    return of(totalCount, Tensors.vector(probs));
  }

  /** As {@link #of(NDArray, NDArray)}. */
  public static Multinomial of(long totalCount, NDArray probs) {
    return of(number((double) totalCount), probs);
  }

  /**
   * A multinomial distribution by probabilities, which need not sum to 1.
   *
   * @param probs {@code (*, K)}
   */
  public static Multinomial probs(NDArray totalCount, NDArray probs) {
    return new Multinomial(totalCount, Weights.probs(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Multinomial probs(long totalCount, NDArray probs) {
    return probs(Tensors.number((double) totalCount), probs);
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Multinomial probs(long totalCount, double... probs) {
    return probs(totalCount, Tensors.vector(probs));
  }

  /** As {@link #probs(NDArray, NDArray)}. */
  public static Multinomial probs(NDArray totalCount, double... probs) {
    return probs(totalCount, Tensors.vector(probs));
  }

  /**
   * A multinomial distribution by unnormalised log-probabilities.
   *
   * @param logits {@code (*, K)}
   */
  public static Multinomial logits(NDArray totalCount, NDArray logits) {
    return new Multinomial(totalCount, Weights.logits(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Multinomial logits(long totalCount, NDArray logits) {
    return logits(Tensors.number((double) totalCount), logits);
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Multinomial logits(long totalCount, double... logits) {
    return logits(totalCount, Tensors.vector(logits));
  }

  /** As {@link #logits(NDArray, NDArray)}. */
  public static Multinomial logits(NDArray totalCount, double... logits) {
    return logits(totalCount, Tensors.vector(logits));
  }

  /** The parameter {@code totalCount}. */
  public NDArray totalCount() {
    return totalCount;
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
    return Constraint.multinomial(totalCount);
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray x = Counts.asFloat(value);
    NDArray n = Counts.column(totalCount);
    NDArray mean = n.mul(probs());
    NDArray deviance =
        weights.hasLogs()
            ? Special.deviance(x, mean, n.log().add(logits()))
            : Special.deviance(x, mean);
    NDArray each = Special.logFactorialRest(x).add(deviance).sum(new int[] {-1});
    return Special.logFactorialRest(totalCount).sub(each);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray probs = expanded(probs(), Shapes.concat(batch, eventShape()));
    NDArray value = rng.multinomial(totalCount, probs);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  /**
   * All ways to have so many in K classes, the first class rising last.
   *
   * @throws UnsupportedOperationException if there are too many, or the count is no plain number
   */
  @Override
  public NDArray enumerateSupport() {
    int total = (int) total();
    int classes = Math.toIntExact(weights.size());
    List<int[]> ways = new ArrayList<>();
    fill(new int[classes], 0, total, ways);
    double[] values = new double[ways.size() * classes];
    for (int i = 0; i < values.length; i++) {
      values[i] = ways.get(i / classes)[i % classes];
    }
    long[] dims = new long[2 + batchShape().dimension()];
    Arrays.fill(dims, 1);
    dims[0] = ways.size();
    dims[dims.length - 1] = classes;
    return run().create(values, new Shape(dims));
  }

  private double total() {
    return Tensors.constant(totalCount)
        .orElseThrow(
            () ->
                new UnsupportedOperationException(
                    "distribution 'Multinomial' has no one support to enumerate: 'totalCount' is a tensor of shape %s; give it as a plain number"
                        .formatted(totalCount.getShape())));
  }

  private void fill(int[] counts, int from, int left, List<int[]> ways) {
    if (from == counts.length - 1) {
      counts[from] = left;
      ways.add(counts.clone());
      if (ways.size() > MOST) {
        throw new UnsupportedOperationException(
            "distribution 'Multinomial' of %s in %s classes has more than %,d values; have it sampled"
                .formatted((long) total(), counts.length, MOST));
      }
      return;
    }
    for (int i = 0; i <= left; i++) {
      counts[from] = i;
      fill(counts, from + 1, left - i, ways);
    }
  }

  @Override
  protected NDArray doMean() {
    return Counts.column(totalCount).mul(probs());
  }

  @Override
  protected NDArray doVariance() {
    NDArray probs = probs();
    return Counts.column(totalCount).mul(probs).mul(Weights.rest(probs));
  }

  @Override
  public Multinomial withParameters(UnaryOperator<NDArray> operator) {
    return new Multinomial(operator.apply(totalCount), weights.with(operator));
  }
}
