package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A distribution of numbers as a measuring device reports them that cannot tell what lies beyond
 * two bounds: all of it is reported as the bound.
 *
 * <p>log p(x) = log P(X ≤ low) at low, log P(X ≥ high) at high, log p_base(x) between them. The
 * bounds have a probability of their own and the numbers between them a density, unless the base is
 * discrete.
 *
 * <p>Parameters: a base of any family with a cdf; {@code low < high}, infinite on a side where
 * nothing is censored. Bounds may differ from row to row: the time up to which a patient was seen
 * is the upper bound of that row, and an infinite entry of a tensor censors nothing. A draw is a
 * draw of the base moved to the bounds; it has no gradient, as the density has a jump there.
 */
public final class Censored extends Distribution {

  private final Distribution base;
  private final NDArray low;
  private final NDArray high;

  private Censored(Distribution base, NDArray low, NDArray high) {
    super(Shapes.broadcast(base.batchShape(), low.getShape(), high.getShape()), new Shape());
    this.base = base;
    this.low = low;
    this.high = high;
  }

  /**
   * {@code base} reported between two bounds, which broadcast with its batch.
   *
   * @throws IllegalArgumentException if draws of the base are not numbers, or the bounds are plain
   *     numbers with nothing between them
   */
  public static Censored of(Distribution base, NDArray low, NDArray high) {
    Truncated.checkNumbers("censored", base);
    Truncated.checkBounds("Censored", low, high, false);
    return new Censored(base, low, high);
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Censored of(Distribution base, double low, double high) {
    return of(base, number(low), number(high));
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Censored of(Distribution base, NDArray low, double high) {
    return of(base, low, number(high));
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Censored of(Distribution base, double low, NDArray high) {
    return of(base, number(low), high);
  }

  /** The distribution of what is measured. */
  public Distribution base() {
    return base;
  }

  /** The smallest report. */
  public NDArray low() {
    return low;
  }

  /** The largest report. */
  public NDArray high() {
    return high;
  }

  @Override
  public List<Argument> arguments() {
    return Truncated.withBounds(base.arguments(), low, high);
  }

  @Override
  public boolean hasAtoms() {
    return true;
  }

  /** One at a bound, where all of the base beyond it is. */
  @Override
  protected NDArray doAtoms(NDArray value) {
    NDArray atLow = isOpen(low) ? number(0) : Tensors.where(value.lte(low), number(1), number(0));
    NDArray atHigh =
        isOpen(high) ? number(0) : Tensors.where(value.gte(high), number(1), number(0));
    return atLow.maximum(atHigh).maximum(base.doAtoms(value));
  }

  /** What of the support of the base lies between the bounds. */
  @Override
  public Constraint support() {
    return Truncation.of(base, low, high).support();
  }

  /** Whether a bound is plainly infinite. */
  private static boolean isOpen(NDArray bound) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent() && Double.isInfinite(constant.getAsDouble());
  }

  @Override
  @Nullable NDArray undefined() {
    return Undefined.or(undefinedBounds(), base.undefined());
  }

  private @Nullable NDArray undefinedBounds() {
    return Argument.undefined(Truncated.withBounds(List.of(), low, high));
  }

  @Override
  public boolean isReparameterized() {
    return false;
  }

  @Override
  public boolean hasCdf() {
    return base.hasCdf();
  }

  @Override
  public boolean hasIcdf() {
    return base.hasIcdf();
  }

  /**
   * Each formula sees a value that it is meant for: the bound, or a number of the base's support.
   */
  @Override
  protected NDArray doLogProb(NDArray value) {
    Run run = Tensors.run(value);
    NDArray inner = value;
    NDArray atLow = isOpen(low) ? null : value.lte(run.bind(low));
    NDArray atHigh = isOpen(high) ? null : value.gte(run.bind(high));
    for (NDArray at : Arrays.asList(atLow, atHigh)) {
      inner = at == null ? inner : base.support().inside(inner, at.logicalNot());
    }
    NDArray logProb = base.guarded(inner);
    if (atLow != null) {
      logProb = Tensors.where(atLow, base.doLogCdf(value), logProb);
    }
    if (atHigh != null) {
      NDArray below = base.support().isDiscrete() ? value.sub(1) : value;
      logProb = Tensors.where(atHigh, base.doLogSf(below), logProb);
    }
    return Undefined.shown(undefinedBounds(), logProb);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray drawn = base.doDraw(rng, batch).value().stopGradient();
    NDArray value = isOpen(low) ? drawn : drawn.maximum(run().bind(low).stopGradient());
    NDArray report = isOpen(high) ? value : value.minimum(run().bind(high).stopGradient());
    return Draw.of(report, () -> expanded(logProb(report), batch));
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray above = Tensors.where(value.gte(high), number(1), base.doCdf(value));
    return Tensors.where(value.lt(low), number(0), above);
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray above = Tensors.where(value.gte(high), number(0), base.doSf(value));
    return Tensors.where(value.lt(low), number(1), above);
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    NDArray above = Tensors.where(value.gte(high), number(0), base.doLogCdf(value));
    return Tensors.where(value.lt(low), number(Double.NEGATIVE_INFINITY), above);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray impossible = number(Double.NEGATIVE_INFINITY);
    NDArray above = Tensors.where(value.gte(high), impossible, base.doLogSf(value));
    return Tensors.where(value.lt(low), number(0), above);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return base.doIcdf(probability).maximum(low).minimum(high);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return base.doIsf(probability).maximum(low).minimum(high);
  }

  @Override
  public Censored withParameters(UnaryOperator<NDArray> operator) {
    return new Censored(base.withParameters(operator), operator.apply(low), operator.apply(high));
  }

  @Override
  public String toString() {
    return "Censored("
        + Argument.describe(Truncated.withBounds(List.of(), low, high))
        + ", "
        + base
        + ")";
  }
}
