package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.UnaryOperator;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * The distribution of weighted samples.
 *
 * <p>log p(x) = log Σ w_i over the samples that equal x exactly, less log Σ w_i; −∞ if there is
 * none.
 *
 * <p>Parameters: {@code samples (*, N, event)}; {@code logWeights (*, N)}, any real up to an
 * additive constant. A draw is one of the samples, without gradient; mean and variance are the
 * weighted ones.
 */
public final class Empirical extends Distribution {

  private final NDArray samples;
  private final NDArray logWeights;

  private Empirical(NDArray samples, NDArray logWeights) {
    super(
        Shapes.takeRight(samples.getShape(), eventDims(samples, logWeights)),
        new Argument("samples", samples, Constraint.REAL, eventDims(samples, logWeights) + 1),
        new Argument("logWeights", logWeights, Constraint.REAL, 1));
    this.samples = samples;
    this.logWeights = logWeights;
  }

  private static int eventDims(NDArray samples, NDArray logWeights) {
    return samples.getShape().dimension() - logWeights.getShape().dimension();
  }

  /**
   * Weighted samples.
   *
   * @param samples {@code (*, N, event)}
   * @param logWeights {@code (*, N)}
   * @throws IllegalArgumentException if the shape of the weights is not the left part of that of
   *     the samples, or is ()
   */
  public static Empirical of(NDArray samples, NDArray logWeights) {
    int dims = logWeights.getShape().dimension();
    checkArgument(
        dims > 0
            && dims <= samples.getShape().dimension()
            && Shapes.dropRight(samples.getShape(), samples.getShape().dimension() - dims)
                .equals(logWeights.getShape()),
        "Empirical has samples of shape %s and log-weights of shape %s; the latter must be the left"
            + " part of the former, down to the dim of the samples",
        samples.getShape(),
        logWeights.getShape());
    return new Empirical(samples, logWeights);
  }

  /**
   * Samples of equal weight, along the leftmost dimension.
   *
   * @param samples {@code (N, event)}
   */
  public static Empirical of(NDArray samples) {
    return of(samples, Tensors.vector(new double[Math.toIntExact(samples.getShape().get(0))]));
  }

  /** As {@link #of(NDArray)}. */
  public static Empirical of(double... samples) {
    return of(Tensors.vector(samples));
  }

  /** The samples. */
  public NDArray samples() {
    return samples;
  }

  /** The logarithms of the weights, as given. */
  public NDArray logWeights() {
    return logWeights;
  }

  @Override
  public boolean hasAtoms() {
    return true;
  }

  /** All numbers of a sample. */
  @Override
  protected NDArray doAtoms(NDArray value) {
    NDArray isSample = doLogProb(value).gt(Double.NEGATIVE_INFINITY);
    return Tensors.where(isSample, number((double) Math.max(1, eventShape().size())), number(0));
  }

  /** The reals, as samples may be anywhere. */
  @Override
  public Constraint support() {
    return Constraint.independent(Constraint.REAL, eventShape().dimension());
  }

  @Override
  public boolean isReparameterized() {
    return false;
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    int dims = eventShape().dimension();
    NDArray differs = value.expandDims(-1 - dims).neq(samples);
    NDArray apart = Tensors.sumRight(Tensors.where(differs, number(1), number(0)), dims);
    NDArray weight = Tensors.where(apart.gt(0), number(Double.NEGATIVE_INFINITY), normalized());
    return Special.logSumExp(weight, -1, false);
  }

  private NDArray normalized() {
    return logWeights.sub(Special.logSumExp(logWeights, -1, true));
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    long count = logWeights.getShape().getLastDimension();
    Shape places = Shapes.concat(batch, new Shape(count));
    NDArray index = rng.categorical(expanded(normalized().exp(), places));
    int dims = eventShape().dimension();
    NDArray at = index.expandDims(-1);
    NDArray rows = samples;
    int rank = samples.getShape().dimension();
    for (int i = dims; i > 0; i--) {
      rows = rows.swapAxes(rank - 1 - i, rank - i);
      at = at.expandDims(-1);
    }
    NDArray value = Tensors.pick(rows, at).squeeze(-1);
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  protected NDArray doMean() {
    return weighted(samples);
  }

  @Override
  protected NDArray doVariance() {
    int dims = eventShape().dimension();
    return weighted(samples.sub(doMean().expandDims(-1 - dims)).square());
  }

  /** Σ w_i x_i over the samples. */
  private NDArray weighted(NDArray x) {
    NDArray weights = normalized().exp();
    int dims = eventShape().dimension();
    for (int i = 0; i < dims; i++) {
      weights = weights.expandDims(-1);
    }
    return x.mul(weights).sum(new int[] {-1 - dims});
  }

  @Override
  public Empirical withParameters(UnaryOperator<NDArray> operator) {
    return new Empirical(operator.apply(samples), operator.apply(logWeights));
  }
}
