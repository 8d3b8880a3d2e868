package org.ppl4j.distributions;

import static com.google.common.base.Preconditions.checkArgument;
import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.IntegerInterval;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A distribution of numbers given that the number lies between two bounds, both included.
 *
 * <p>log p(x) = log p_base(x) − log P(low ≤ X ≤ high). The probability is computed as a logarithm,
 * from the smaller tail, so that bounds may lie far out in either; of a base whose tails hardly
 * differ at the bounds it is an integral of the density.
 *
 * <p>Parameters: a base of any family with a cdf, discrete ones too; {@code low < high}, infinite
 * where nothing is cut off. A draw is the base's quantile of one uniform noise, found by bisection
 * where the base has none (some hundred operations); its gradient is the implicit one, −(∂F/∂θ) / p
 * (Figurnov, Mohamed and Mnih 2018). The mean is not known in general; see {@link TruncatedNormal}.
 */
public final class Truncated extends Distribution {

  private final Distribution base;
  private final NDArray low;
  private final NDArray high;
  private final Truncation part;

  private Truncated(Distribution base, NDArray low, NDArray high) {
    super(Shapes.broadcast(base.batchShape(), low.getShape(), high.getShape()), new Shape());
    this.base = base;
    this.low = low;
    this.high = high;
    this.part = Truncation.of(base, low, high);
  }

  /**
   * {@code base} between two bounds, which broadcast with its batch.
   *
   * @throws IllegalArgumentException if draws of the base are not numbers, or the bounds are plain
   *     numbers with nothing between them
   */
  public static Truncated of(Distribution base, NDArray low, NDArray high) {
    checkNumbers("truncated", base);
    checkBounds("Truncated", low, high, base.support().isDiscrete());
    return new Truncated(base, low, high);
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Truncated of(Distribution base, double low, double high) {
    return of(base, number(low), number(high));
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Truncated of(Distribution base, NDArray low, double high) {
    return of(base, low, number(high));
  }

  /** As {@link #of(Distribution, NDArray, NDArray)}. */
  public static Truncated of(Distribution base, double low, NDArray high) {
    return of(base, number(low), high);
  }

  static void checkNumbers(String what, Distribution base) {
    checkArgument(
        base.eventShape().dimension() == 0,
        "distribution '%s' has event shape %s, but only numbers can be %s; do it before toEvent",
        base.name(),
        base.eventShape(),
        what);
  }

  /** That plain numbers have something between them; tensors are not read. */
  static void checkBounds(String family, NDArray low, NDArray high, boolean discrete) {
    OptionalDouble a = Tensors.constant(low);
    OptionalDouble b = Tensors.constant(high);
    checkArgument(
        !Double.isNaN(a.orElse(0)) && !Double.isNaN(b.orElse(0)),
        "bounds of %s are %s and %s, but must be numbers or infinite",
        family,
        a.orElse(0),
        b.orElse(0));
    checkArgument(
        a.isEmpty()
            || b.isEmpty()
            || a.getAsDouble() < b.getAsDouble()
            || (discrete && a.getAsDouble() == b.getAsDouble()),
        "parameter 'low' of %s must be below 'high', but they are %s and %s",
        family,
        a.orElse(0),
        b.orElse(0));
  }

  /** The arguments of the base and the bounds that are not infinite. */
  static List<Argument> withBounds(List<Argument> arguments, NDArray low, NDArray high) {
    ImmutableList.Builder<Argument> all = ImmutableList.<Argument>builder().addAll(arguments);
    if (!Double.isInfinite(Tensors.constant(low).orElse(0))) {
      all.add(Argument.real("low", low));
    }
    if (!Double.isInfinite(Tensors.constant(high).orElse(0))) {
      all.add(Argument.real("high", high));
    }
    return all.build();
  }

  /** The distribution of which this is a part. */
  public Distribution base() {
    return base;
  }

  /** The lower bound. */
  public NDArray low() {
    return low;
  }

  /** The upper bound. */
  public NDArray high() {
    return high;
  }

  @Override
  public List<Argument> arguments() {
    return withBounds(base.arguments(), low, high);
  }

  @Override
  public Constraint support() {
    return part.support();
  }

  @Override
  @Nullable NDArray undefined() {
    List<Argument> bounds = withBounds(List.of(), low, high);
    return Undefined.or(Argument.undefined(bounds), base.undefined());
  }

  @Override
  public boolean isReparameterized() {
    return base.isReparameterized() && !base.support().isDiscrete();
  }

  @Override
  public boolean hasIcdf() {
    return base.hasCdf();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    return base.guarded(value).sub(part.on(Tensors.run(value)).logMass());
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Truncation here = part.on(run());
    NDArray u = rng.uniform(run(), batch);
    NDArray drawn = here.quantile(u.log(), Special.log1p(u.neg()));
    NDArray value = isReparameterized() ? attached(here, drawn, drawn.zerosLike()) : drawn;
    return Draw.of(value, () -> expanded(base.guarded(value).sub(here.logMass()), batch));
  }

  /** The quantile with its derivatives, (dp − dF) / p at the value. */
  private NDArray attached(Truncation here, NDArray quantile, NDArray probability) {
    NDArray logSlope = here.logMass().sub(base.guarded(quantile)).stopGradient();
    NDArray cdf = logCdf(here, quantile).exp();
    return Tensors.withDerivative(quantile, probability.sub(cdf), logSlope.exp());
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
    return logCdf(part.on(Tensors.run(value)), value);
  }

  private NDArray logCdf(Truncation here, NDArray value) {
    return between(value, false, x -> here.logShareUpTo(x));
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    Truncation here = part.on(Tensors.run(value));
    return between(value, true, x -> here.logShareAbove(x));
  }

  /** A logarithm between the bounds; below and above them −∞ and 0, for the upper tail 0 and −∞. */
  NDArray between(NDArray value, boolean ofUpperTail, UnaryOperator<NDArray> formula) {
    Constraint support = support();
    boolean discrete = support.isDiscrete();
    NDArray x = discrete ? value.floor() : value;
    NDArray from = Truncation.lowest(support);
    NDArray to = Truncation.highest(support);
    NDArray isBelow = from == null ? null : discrete ? x.lt(from) : x.lte(from);
    NDArray isAbove = to == null ? null : x.gte(to);
    NDArray safe = isBelow == null ? x : support.inside(x, isBelow.logicalNot());
    NDArray result =
        formula.apply(isAbove == null ? safe : support.inside(safe, isAbove.logicalNot()));
    double impossible = Double.NEGATIVE_INFINITY;
    if (isBelow != null) {
      result = Tensors.where(isBelow, number(ofUpperTail ? 0 : impossible), result);
    }
    return isAbove == null
        ? result
        : Tensors.where(isAbove, number(ofUpperTail ? impossible : 0), result);
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    NDArray p = probability.stopGradient();
    return quantile(p.log(), Special.log1p(p.neg()), probability);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    NDArray q = probability.stopGradient();
    return quantile(Special.log1p(q.neg()), q.log(), number(1).sub(probability));
  }

  private NDArray quantile(NDArray logP, NDArray logQ, NDArray probability) {
    Truncation here = part.on(Tensors.run(probability));
    NDArray value = here.quantile(logP, logQ);
    return isReparameterized() ? attached(here, value, probability) : value;
  }

  /** The whole numbers between bounds that are plain numbers; else those of the base. */
  @Override
  public NDArray enumerateSupport() {
    if (support() instanceof IntegerInterval interval) {
      OptionalDouble from = Tensors.constant(interval.low());
      OptionalDouble to = Tensors.constant(interval.high());
      if (from.isPresent()
          && to.isPresent()
          && Double.isFinite(from.getAsDouble() + to.getAsDouble())) {
        double first = from.getAsDouble();
        double[] values = new double[(int) (to.getAsDouble() - first) + 1];
        Arrays.setAll(values, i -> first + i);
        long[] dims = new long[1 + batchShape().dimension()];
        Arrays.fill(dims, 1);
        dims[0] = values.length;
        return run().create(values, new Shape(dims));
      }
    }
    return base.enumerateSupport();
  }

  @Override
  public Truncated withParameters(UnaryOperator<NDArray> operator) {
    return new Truncated(base.withParameters(operator), operator.apply(low), operator.apply(high));
  }

  @Override
  public String toString() {
    return "Truncated(" + Argument.describe(withBounds(List.of(), low, high)) + ", " + base + ")";
  }
}
