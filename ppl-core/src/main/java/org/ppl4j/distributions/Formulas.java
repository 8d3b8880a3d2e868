package org.ppl4j.distributions;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Tensors;

/**
 * What may be known of a distribution in closed form: moments, entropy, the probabilities of both
 * tails and their quantiles. The public methods check shapes and broadcast; a subclass writes those
 * of the formulas that exist. It is a part of {@link Distribution}, which alone extends it.
 */
public abstract class Formulas {

  Formulas() {}

  /** The shape of the batch. */
  public abstract Shape batchShape();

  /** The shape of one draw. */
  public abstract Shape eventShape();

  /** The name of the family. */
  public abstract String name();

  /**
   * The mean, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray mean() {
    return expanded(doMean(), Shapes.concat(batchShape(), eventShape()));
  }

  /**
   * The variance of each entry, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray variance() {
    return expanded(doVariance(), Shapes.concat(batchShape(), eventShape()));
  }

  /**
   * The entropy in nats, {@code (batch)}.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray entropy() {
    return expanded(doEntropy(), batchShape());
  }

  /**
   * The probability of a value of at most {@code value}: 0 below the support, 1 above it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray cdf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doCdf(value), shape);
  }

  /**
   * The survival function, the probability of a value above {@code value}: 1 − cdf, without the
   * loss of digits of this difference in the upper tail where the family has a formula for it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray sf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doSf(value), shape);
  }

  /**
   * The logarithm of {@link #cdf}, finite far in the lower tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logCdf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doLogCdf(value), shape);
  }

  /**
   * The logarithm of {@link #sf}, finite far in the upper tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logSf(NDArray value) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    return expanded(doLogSf(value), shape);
  }

  /**
   * The value above which a share of the probability lies; the inverse of {@link #sf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray isf(NDArray probability) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    return expanded(doIsf(probability), shape);
  }

  /**
   * The value below which a share of the probability lies; the inverse of {@link #cdf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray icdf(NDArray probability) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    return expanded(doIcdf(probability), shape);
  }

  /**
   * All values of a discrete distribution, {@code (values, 1, …, 1, event)} with a 1 for each batch
   * dimension.
   *
   * @throws UnsupportedOperationException if it has infinitely many
   */
  public NDArray enumerateSupport() {
    throw lacks("finite support to enumerate");
  }

  /** The formula of {@link #mean()}, up to broadcasting. */
  protected NDArray doMean() {
    throw lacks("mean in closed form");
  }

  /** The formula of {@link #variance()}, up to broadcasting. */
  protected NDArray doVariance() {
    throw lacks("variance in closed form");
  }

  /** The formula of {@link #entropy()}, up to broadcasting. */
  protected NDArray doEntropy() {
    throw lacks("entropy in closed form");
  }

  /** The formula of {@link #cdf}, at every real value, up to broadcasting. */
  protected NDArray doCdf(NDArray value) {
    throw lacks("cdf in closed form");
  }

  /** The formula of {@link #sf}, at every real value, up to broadcasting; 1 − cdf unless given. */
  protected NDArray doSf(NDArray value) {
    return Tensors.number(1).sub(doCdf(value));
  }

  /** The formula of {@link #logCdf}, up to broadcasting; log cdf unless given. */
  protected NDArray doLogCdf(NDArray value) {
    return logarithm(doCdf(value));
  }

  /** The formula of {@link #logSf}, up to broadcasting; log sf unless given. */
  protected NDArray doLogSf(NDArray value) {
    return logarithm(doSf(value));
  }

  /** Of a probability: where that is 0 the derivative is 0, not NaN. */
  private static NDArray logarithm(NDArray probability) {
    NDArray possible = probability.gt(0);
    NDArray log = Tensors.where(possible, probability, 1).log();
    return Tensors.where(possible, log, Double.NEGATIVE_INFINITY);
  }

  /** The formula of {@link #isf}, up to broadcasting; icdf(1 − probability) unless given. */
  protected NDArray doIsf(NDArray probability) {
    return doIcdf(Tensors.number(1).sub(probability));
  }

  /** The formula of {@link #icdf}, up to broadcasting. */
  protected NDArray doIcdf(NDArray probability) {
    throw lacks("icdf in closed form");
  }

  /** {@link #icdf} of the logarithm of a probability, up to broadcasting; icdf exp unless given. */
  protected NDArray doIcdfOfLog(NDArray logProbability) {
    return doIcdf(logProbability.exp());
  }

  /** {@link #isf} of the logarithm of a probability, up to broadcasting; isf exp unless given. */
  protected NDArray doIsfOfLog(NDArray logProbability) {
    return doIsf(logProbability.exp());
  }

  private UnsupportedOperationException lacks(String what) {
    return new UnsupportedOperationException("distribution '%s' has no %s".formatted(name(), what));
  }

  /** {@code tensor} at a shape that it broadcasts to; itself if it has it. */
  protected static NDArray expanded(NDArray tensor, Shape shape) {
    return tensor.getShape().equals(shape) ? tensor : tensor.broadcast(shape);
  }
}
