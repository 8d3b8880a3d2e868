package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.table.Shapes;

/**
 * What may be known of a distribution in closed form: moments, entropy, the probabilities of both
 * tails and their quantiles. The public methods check shapes and broadcast; a subclass writes those
 * of the formulas that exist. It is a part of {@link Distribution}, which alone extends it.
 */
public abstract class Formulas {

  /** From here on five terms of the series have all digits. */
  private static final double DIGAMMA_SERIES_FROM = 16;

  Formulas() {}

  /** The shape of the batch. */
  public abstract Shape batchShape();

  /** The shape of one draw. */
  public abstract Shape eventShape();

  /** The same distribution with the plain numbers and data of its arguments in a run. */
  public abstract Distribution on(Run run);

  /** The name of the family. */
  public abstract String name();

  /**
   * The mean, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray mean() {
    return isFree() ? free(Distribution::mean) : ofParameters(doMean(), eventShape());
  }

  /**
   * The variance of each entry, {@code (batch, event)}; NaN where it is undefined.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray variance() {
    return isFree() ? free(Distribution::variance) : ofParameters(doVariance(), eventShape());
  }

  /**
   * The entropy in nats, {@code (batch)}.
   *
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray entropy() {
    return isFree() ? free(Distribution::entropy) : ofParameters(doEntropy(), Shapes.scalar());
  }

  /** Whether there are formulas for {@link #cdf}, {@link #sf} and their logarithms. */
  public boolean hasCdf() {
    return hasIcdf();
  }

  /** Whether there are formulas for {@link #icdf} and {@link #isf}, and those of {@link #cdf}. */
  public boolean hasIcdf() {
    return false;
  }

  /**
   * The probability of a value of at most {@code value}: 0 below the support, 1 above it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray cdf(NDArray value) {
    return isFree(value) ? free(value, Distribution::cdf) : ofValue(value, this::doCdf, 0, 1);
  }

  /**
   * {@link #cdf(NDArray)} of a number.
   *
   * @throws UnsupportedOperationException if there is no formula
   * @throws IllegalArgumentException if it is not one number, for the distribution is of several
   */
  public final double cdf(double value) {
    return only("cdf", cdf(Tensors.number(value)));
  }

  /** What a method says of one number. */
  final double only(String method, NDArray result) {
    checkArgument(
        result.getShape().size() == 1,
        "%s of '%s' with batch shape %s and event shape %s has shape %s, but is asked for one"
            + " number; pass a tensor",
        method,
        name(),
        batchShape(),
        eventShape(),
        result.getShape());
    return Tensors.values(result)[0];
  }

  /**
   * The survival function, the probability of a value above {@code value}: 1 − cdf, without the
   * loss of digits of this difference in the upper tail where the family has a formula for it.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray sf(NDArray value) {
    return isFree(value) ? free(value, Distribution::sf) : ofValue(value, this::doSf, 1, 0);
  }

  /**
   * The logarithm of {@link #cdf}, finite far in the lower tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logCdf(NDArray value) {
    return isFree(value)
        ? free(value, Distribution::logCdf)
        : ofValue(value, this::doLogCdf, Double.NEGATIVE_INFINITY, 0);
  }

  /**
   * The logarithm of {@link #sf}, finite far in the upper tail where the family has a formula.
   *
   * @param value {@code (*, batch)}
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray logSf(NDArray value) {
    return isFree(value)
        ? free(value, Distribution::logSf)
        : ofValue(value, this::doLogSf, 0, Double.NEGATIVE_INFINITY);
  }

  /**
   * The value above which a share of the probability lies; the inverse of {@link #sf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray isf(NDArray probability) {
    return isFree(probability)
        ? free(probability, Distribution::isf)
        : ofProbability(probability, this::doIsf);
  }

  /**
   * The value below which a share of the probability lies; the inverse of {@link #cdf}.
   *
   * @param probability {@code (*, batch)}, from 0 to 1
   * @throws UnsupportedOperationException if there is no formula
   */
  public final NDArray icdf(NDArray probability) {
    return isFree(probability)
        ? free(probability, Distribution::icdf)
        : ofProbability(probability, this::doIcdf);
  }

  /**
   * {@link #icdf(NDArray)} of a number.
   *
   * @throws UnsupportedOperationException if there is no formula
   * @throws IllegalArgumentException if it is not one number, for the distribution is of several
   */
  public final double icdf(double probability) {
    return only("icdf", icdf(Tensors.number(probability)));
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
    NDArray impossible = probability.lte(0);
    NDArray log = Tensors.where(impossible, Tensors.number(1), probability).log();
    return Tensors.where(impossible, Tensors.number(Double.NEGATIVE_INFINITY), log);
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

  /** Whether no argument has a run; not so of a distribution without arguments. */
  abstract boolean isFree();

  final boolean isFree(NDArray value) {
    return !Tensors.hasRun(value) && isFree();
  }

  /** What nobody brought into a run is worked out in one of its own, in float64. */
  private NDArray free(Function<Distribution, NDArray> figure) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return Tensors.withoutRun(figure.apply(on(run)));
    }
  }

  final NDArray free(NDArray value, BiFunction<Distribution, NDArray, NDArray> figure) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return Tensors.withoutRun(figure.apply(on(run), run.bind(value)));
    }
  }

  /** Where a parameter is NaN, booleans that broadcast with the batch; null if none can be. */
  abstract @Nullable NDArray undefined();

  private NDArray ofParameters(NDArray formula, Shape event) {
    NDArray undefined = undefined();
    NDArray each = undefined == null ? null : Undefined.ofEntries(undefined, event);
    return expanded(Undefined.shown(each, formula), Shapes.concat(batchShape(), event));
  }

  /** A formula at finite values, its limits at infinite ones, NaN where something is. */
  private NDArray ofValue(
      NDArray value, UnaryOperator<NDArray> formula, double lowest, double highest) {
    Shape shape = BatchShapes.ofValue(this, value.getShape());
    NDArray undefined = undefined();
    if (!value.getDataType().isFloating() || Tensors.constant(value).isPresent()) {
      return expanded(Undefined.shown(undefined, formula.apply(value)), shape);
    }
    NDArray infinite = value.isInfinite();
    NDArray finite = Tensors.where(infinite, Tensors.number(0), value);
    NDArray limit = Tensors.where(value.gt(0), Tensors.number(highest), Tensors.number(lowest));
    NDArray result = Tensors.where(infinite, limit, formula.apply(finite));
    return expanded(Undefined.shown(Undefined.or(value.isNaN(), undefined), result), shape);
  }

  /** A formula at probabilities, NaN at what is none. */
  private NDArray ofProbability(NDArray probability, UnaryOperator<NDArray> formula) {
    Shape shape = BatchShapes.ofValue(this, probability.getShape());
    NDArray allowed = probability.gte(0).logicalAnd(probability.lte(1));
    NDArray safe = Tensors.where(allowed, probability, Tensors.number(0.5));
    NDArray result = Tensors.where(allowed, formula.apply(safe), Tensors.number(Double.NaN));
    return expanded(Undefined.shown(undefined(), result), shape);
  }

  /**
   * {@code log x − ψ(x)} of positive x, about {@code 1 / (2 x)}, without cancellation for large x
   * (DLMF 5.11.2): what entropies have of digamma.
   */
  protected static NDArray logLessDigamma(NDArray x) {
    NDArray small = x.minimum(DIGAMMA_SERIES_FROM);
    NDArray r = Tensors.number(1).div(x.maximum(DIGAMMA_SERIES_FROM));
    NDArray square = r.square();
    NDArray tail = square.mul(-1 / 240.0).add(1 / 252.0).mul(square).sub(1 / 120.0).mul(square);
    NDArray series = tail.add(1 / 12.0).mul(r).add(0.5).mul(r);
    NDArray direct = small.log().sub(Special.digamma(small));
    return Tensors.where(x.gt(DIGAMMA_SERIES_FROM), series, direct);
  }

  /** {@code tensor} at a shape that it broadcasts to; itself if it has it. */
  protected static NDArray expanded(NDArray tensor, Shape shape) {
    return tensor.getShape().equals(shape) ? tensor : tensor.broadcast(shape);
  }
}
