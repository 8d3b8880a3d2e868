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
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * A discrete distribution with more zeros: 0 with probability g, the gate, else a draw of the base.
 *
 * <p>log p(0) = log(g + (1 − g) p_base(0)), in log space, log g of a base without 0 (a hurdle); log
 * p(x) = log(1 − g) + log p_base(x) elsewhere.
 *
 * <p>Parameter: {@code gate} g from 0 to 1, or {@code gateLogits}, its log-odds, any real. The
 * gate's shape and the batch of the base broadcast. Draws are of the run's float type, without
 * gradient.
 */
public final class ZeroInflated extends Distribution {

  private final Distribution base;
  private final Odds gate;

  private ZeroInflated(Distribution base, Odds gate, Shape batch) {
    super(batch, new Shape());
    this.base = base;
    this.gate = gate;
  }

  private static Argument argument(Odds gate) {
    return gate.argument("gate", "gateLogits", Constraint.UNIT_INTERVAL);
  }

  private static ZeroInflated of(Distribution base, Odds gate) {
    checkArgument(
        base.support().isDiscrete() && base.eventShape().dimension() == 0,
        "base of ZeroInflated must be discrete numbers, but %s has support %s and event shape %s%s",
        base.name(),
        base.support(),
        base.eventShape(),
        base.support().isDiscrete()
            ? ""
            : "; for more zeros among continuous numbers take Mixture.of(weights,"
                + " List.of(Delta.of(0), base))");
    argument(gate).check("ZeroInflated");
    Shape shape = gate.parameter().getShape();
    try {
      return new ZeroInflated(base, gate, Shapes.broadcast(base.batchShape(), shape));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "gate of ZeroInflated has shape %s, which does not broadcast with the batch shape %s of %s; give them equal sizes or size 1 on each dim"
              .formatted(shape, base.batchShape(), base.name()),
          e);
    }
  }

  /** The same as {@link #gate(Distribution, NDArray)}. */
  public static ZeroInflated of(Distribution base, NDArray gate) {
    return gate(base, gate);
  }

  /** As {@link #of(Distribution, NDArray)}. */
  public static ZeroInflated of(Distribution base, double gate) {
    return of(base, number(gate));
  }

  /**
   * A zero-inflated distribution by the probability of the additional zeros.
   *
   * @throws IllegalArgumentException if the base is not discrete numbers, a plain number is not
   *     from 0 to 1 or shapes do not broadcast
   */
  public static ZeroInflated gate(Distribution base, NDArray gate) {
    return of(base, Odds.probs(gate));
  }

  /** As {@link #gate(Distribution, NDArray)}. */
  public static ZeroInflated gate(Distribution base, double gate) {
    return gate(base, number(gate));
  }

  /** A zero-inflated distribution by the log-odds of the additional zeros. */
  public static ZeroInflated gateLogits(Distribution base, NDArray gateLogits) {
    return of(base, Odds.logits(gateLogits));
  }

  /** As {@link #gateLogits(Distribution, NDArray)}. */
  public static ZeroInflated gateLogits(Distribution base, double gateLogits) {
    return gateLogits(base, number(gateLogits));
  }

  /** The distribution that has more zeros here. */
  public Distribution base() {
    return base;
  }

  /** The probability of the additional zeros. */
  public NDArray gate() {
    return gate.probs();
  }

  /** The log-odds of the additional zeros. */
  public NDArray gateLogits() {
    return gate.logits();
  }

  /** The gate, and the arguments of the base. */
  @Override
  public List<Argument> arguments() {
    return ImmutableList.<Argument>builder().add(argument(gate)).addAll(base.arguments()).build();
  }

  /** That of the base, and 0, which the base need not have, as that of a hurdle does not. */
  @Override
  public Constraint support() {
    return hasZero(base)
        ? base.support()
        : Constraint.union(List.of(base.support(), Constraint.integerInterval(0, 0)));
  }

  /** Whether 0 is in the support of a base for certain. */
  private static boolean hasZero(Distribution base) {
    NDArray least = Truncation.lowest(base.support());
    OptionalDouble known = least == null ? OptionalDouble.empty() : Tensors.constant(least);
    return known.equals(OptionalDouble.of(0)) || base.support().contains(0);
  }

  @Override
  @Nullable NDArray undefined() {
    return Undefined.or(Argument.undefined(List.of(argument(gate))), base.undefined());
  }

  @Override
  public boolean isReparameterized() {
    return false;
  }

  @Override
  protected boolean isFiniteEverywhere() {
    return base.isFiniteEverywhere();
  }

  @Override
  protected boolean vanishesAtInfinity() {
    return base.vanishesAtInfinity();
  }

  @Override
  protected boolean showsUndefined() {
    return base.showsUndefined();
  }

  @Override
  public boolean hasCdf() {
    return base.hasCdf();
  }

  @Override
  protected NDArray doLogProb(NDArray value) {
    NDArray own = hasZero(base) ? base.logProbInSupport(value) : base.logProb(value);
    NDArray ofBase = own.add(gate.logRest());
    return Tensors.where(value.eq(0), Special.logAddExp(gate.logProbs(), ofBase), ofBase);
  }

  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    NDArray probs = expanded(run().bind(gate.probs()), batch);
    NDArray isZero = rng.split(0).bernoulli(probs);
    NDArray drawn = Counts.asFloat(base.doDraw(rng.split(1), batch).value());
    NDArray value = drawn.mul(number(1).sub(isZero));
    return Draw.of(value, () -> expanded(doLogProb(value), batch));
  }

  @Override
  public NDArray enumerateSupport() {
    NDArray values = base.expand(batchShape()).enumerateSupport();
    if (hasZero(base) || Arrays.stream(Tensors.values(values)).anyMatch(x -> x == 0)) {
      return values;
    }
    int axis = -values.getShape().dimension();
    NDArray zero = Tensors.range(values, axis, 0, 1).zerosLike();
    return Tensors.concat(List.of(zero, values), axis);
  }

  @Override
  public ZeroInflated expand(Shape batch) {
    checkExpands(batch);
    return new ZeroInflated(base.expand(batch), gate, batch);
  }

  /** (1 − g) μ with μ that of the base. */
  @Override
  protected NDArray doMean() {
    return gate.rest().mul(base.doMean());
  }

  /** (1 − g) (σ² + g μ²) with σ² and μ those of the base. */
  @Override
  protected NDArray doVariance() {
    NDArray between = gate.probs().mul(base.doMean().square());
    return gate.rest().mul(base.doVariance().add(between));
  }

  /** F + g (1 − F) from 0 on, (1 − g) F below, with F that of the base. */
  @Override
  protected NDArray doCdf(NDArray value) {
    NDArray cdf = base.doCdf(value);
    NDArray above = gate.probs().mul(base.doSf(value)).add(cdf);
    return Tensors.where(value.gte(0), above, gate.rest().mul(cdf));
  }

  @Override
  protected NDArray doSf(NDArray value) {
    NDArray sf = base.doSf(value);
    NDArray below = gate.probs().mul(base.doCdf(value)).add(sf);
    return Tensors.where(value.gte(0), gate.rest().mul(sf), below);
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    NDArray log = base.doLogSf(value);
    NDArray below = Special.logAddExp(gate.logProbs().add(base.doLogCdf(value)), log);
    return Tensors.where(value.gte(0), gate.logRest().add(log), below);
  }

  @Override
  public ZeroInflated withParameters(UnaryOperator<NDArray> operator) {
    return new ZeroInflated(base.withParameters(operator), gate.with(operator), batchShape());
  }
}
