package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.concurrent.LazyInit;
import java.io.Serializable;
import java.util.OptionalDouble;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.constraints.HalfLine;
import org.ppl4j.constraints.IntegerInterval;
import org.ppl4j.constraints.Interval;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The part of a distribution of numbers between two bounds: its probability, always as a logarithm
 * and from the tail that is the smaller, and its quantiles. A bound that cuts nothing off is null.
 * What it takes to know is computed once.
 */
final class Truncation implements Serializable {

  private final Distribution base;
  private final @Nullable NDArray low;
  private final @Nullable NDArray high;
  @LazyInit private @Nullable Tails ofLow;
  @LazyInit private @Nullable Tails ofHigh;
  @LazyInit private @Nullable Mass mass;

  /** The logarithms of the probabilities at or below a number and above it. */
  private static final class Tails {

    private final Distribution base;
    private final NDArray value;
    @LazyInit private @Nullable NDArray logCdf;
    @LazyInit private @Nullable NDArray logSf;

    Tails(Distribution base, NDArray value) {
      this.base = base;
      this.value = value;
    }

    NDArray logCdf() {
      NDArray known = logCdf;
      if (known == null) {
        known = base.doLogCdf(value);
        logCdf = known;
      }
      return known;
    }

    NDArray logSf() {
      NDArray known = logSf;
      if (known == null) {
        known = base.doLogSf(value);
        logSf = known;
      }
      return known;
    }
  }

  /**
   * A part.
   *
   * @param base the distribution
   * @param low the smallest number inside
   * @param high the largest number inside
   */
  private Truncation(Distribution base, @Nullable NDArray low, @Nullable NDArray high) {
    this.base = base;
    this.low = low;
    this.high = high;
  }

  /** Within the support of the base, at whole numbers for a discrete one. */
  static Truncation of(Distribution base, NDArray low, NDArray high) {
    Constraint support = base.support();
    boolean discrete = support.isDiscrete();
    NDArray from = largest(discrete ? low.ceil() : low, lowest(support));
    NDArray to = smallest(discrete ? high.floor() : high, highest(support));
    return new Truncation(base, from, to);
  }

  private static @Nullable NDArray largest(NDArray bound, @Nullable NDArray ofSupport) {
    if (is(bound, Double.NEGATIVE_INFINITY)) {
      return null;
    }
    if (ofSupport == null) {
      return bound;
    }
    OptionalDouble a = Tensors.constant(bound);
    OptionalDouble b = Tensors.constant(ofSupport);
    return a.isPresent() && b.isPresent() && a.getAsDouble() <= b.getAsDouble()
        ? null
        : bound.maximum(ofSupport);
  }

  private static @Nullable NDArray smallest(NDArray bound, @Nullable NDArray ofSupport) {
    if (is(bound, Double.POSITIVE_INFINITY)) {
      return null;
    }
    if (ofSupport == null) {
      return bound;
    }
    OptionalDouble a = Tensors.constant(bound);
    OptionalDouble b = Tensors.constant(ofSupport);
    return a.isPresent() && b.isPresent() && a.getAsDouble() >= b.getAsDouble()
        ? null
        : bound.minimum(ofSupport);
  }

  private static boolean is(NDArray bound, double value) {
    OptionalDouble constant = Tensors.constant(bound);
    return constant.isPresent() && constant.getAsDouble() == value;
  }

  /** The smallest number of a support; null if there is none. */
  static @Nullable NDArray lowest(Constraint support) {
    if (support instanceof Interval interval) {
      return interval.low();
    }
    if (support instanceof IntegerInterval interval) {
      return interval.low();
    }
    if (support instanceof HalfLine half) {
      return half.isAbove() ? half.bound() : null;
    }
    if (support.contains(-1)) {
      return null;
    }
    return support.contains(0.5) || support.contains(0)
        ? number(0)
        : support.contains(1) ? number(1) : null;
  }

  /** The largest number of a support; null if there is none. */
  static @Nullable NDArray highest(Constraint support) {
    if (support instanceof Interval interval) {
      return interval.high();
    }
    if (support instanceof IntegerInterval interval) {
      return interval.high();
    }
    if (support instanceof HalfLine half) {
      return half.isAbove() ? null : half.bound();
    }
    return support == Constraint.BOOLEAN ? number(1) : null;
  }

  /** The same with bounds of a run. */
  Truncation on(Run run) {
    return new Truncation(
        base, low == null ? null : run.bind(low), high == null ? null : run.bind(high));
  }

  /** The numbers inside. */
  Constraint support() {
    if (base.support().isDiscrete()) {
      return Constraint.integerInterval(
          orElse(low, lowest(base.support()), Double.NEGATIVE_INFINITY),
          orElse(high, highest(base.support()), Double.POSITIVE_INFINITY));
    }
    NDArray from = low == null ? lowest(base.support()) : low;
    NDArray to = high == null ? highest(base.support()) : high;
    if (low == null && high == null) {
      return base.support();
    }
    return from == null
        ? Constraint.lessThanEq(orElse(to, null, 0))
        : to == null ? Constraint.greaterThanEq(from) : Constraint.interval(from, to);
  }

  private static NDArray orElse(@Nullable NDArray first, @Nullable NDArray second, double third) {
    return first != null ? first : second != null ? second : number(third);
  }

  /** The largest number below the lower bound that has probability, or the bound itself. */
  private @Nullable NDArray below() {
    return low == null || !base.support().isDiscrete() ? low : low.sub(1);
  }

  /** The logarithm of the probability of all that is inside. */
  NDArray logMass() {
    return mass().log();
  }

  private Mass mass() {
    Mass known = mass;
    if (known == null) {
      known = mass(ofLow(), ofHigh());
      mass = known;
    }
    return known;
  }

  /** The logarithm of the share of what is inside that is at or below a value inside. */
  NDArray logShareUpTo(NDArray value) {
    return mass(ofLow(), tails(value)).logShareOf(mass());
  }

  /** The logarithm of the share of what is inside that is above a value inside. */
  NDArray logShareAbove(NDArray value) {
    return mass(tails(value), ofHigh()).logShareOf(mass());
  }

  private @Nullable Tails ofLow() {
    NDArray below = below();
    if (ofLow == null && below != null) {
      ofLow = tails(below);
    }
    return ofLow;
  }

  private @Nullable Tails ofHigh() {
    if (ofHigh == null && high != null) {
      ofHigh = tails(high);
    }
    return ofHigh;
  }

  private Tails tails(NDArray value) {
    return new Tails(base, value);
  }

  /**
   * The logarithm of a probability, as that of a tail and what is added to it.
   *
   * @param isNarrow where the tails have lost its digits; null if nowhere
   */
  private record Mass(NDArray tail, NDArray rest, @Nullable NDArray isNarrow) {

    NDArray log() {
      return tail.add(rest);
    }

    NDArray logShareOf(Mass whole) {
      return tail.sub(whole.tail).add(rest.sub(whole.rest));
    }
  }

  /**
   * log P(from &lt; X ≤ to) = a + log(1 − exp(b − a)), where a and b are the logarithms of the cdf
   * at both ends or of the survival function, whichever is smaller; between ends that are too close
   * for this difference, by {@link NarrowMass}.
   */
  private static Mass mass(@Nullable Tails from, @Nullable Tails to) {
    if (from == null || to == null) {
      NDArray tail = from != null ? from.logSf() : to != null ? to.logCdf() : number(0);
      return new Mass(tail, number(0), null);
    }
    NDArray upper = from.logSf().lt(from.logCdf());
    NDArray more = Tensors.where(upper, from.logSf(), to.logCdf());
    NDArray less = Tensors.where(upper, to.logSf(), from.logCdf());
    NDArray gap = less.sub(more);
    // Ends that rounding makes equal have no derivative, not an infinite one.
    NDArray rest = Special.log1mexp(gap.minimum(-MathConstants.TINY));
    if (from.base.support().isDiscrete()) {
      return new Mass(more, rest, null);
    }
    NDArray isNarrow = gap.gt(-NarrowMass.share(Tensors.run(gap)));
    NDArray narrow = NarrowMass.log(from.base, from.value, to.value, isNarrow);
    return new Mass(
        Tensors.where(isNarrow, narrow, more), Tensors.where(isNarrow, number(0), rest), isNarrow);
  }

  /**
   * The number inside with log-probability {@code logP} at or below it and {@code logQ} above it,
   * without a gradient.
   */
  NDArray quantile(NDArray logP, NDArray logQ) {
    Tails from = ofLow();
    Tails to = ofHigh();
    NDArray left = to == null ? logP : logP.add(to.logCdf().stopGradient());
    NDArray right = from == null ? logQ : logQ.add(from.logSf().stopGradient());
    NDArray logLower =
        from == null ? left : Special.logAddExp(logQ.add(from.logCdf().stopGradient()), left);
    NDArray logUpper =
        to == null ? right : Special.logAddExp(logP.add(to.logSf().stopGradient()), right);
    NDArray value = quantile(base.detached(), logUpper.lt(logLower), logLower, logUpper);
    NDArray isNarrow = mass().isNarrow();
    if (isNarrow != null && low != null && high != null) {
      NDArray width = Tensors.where(isNarrow, stopped(high).sub(stopped(low)), number(1));
      value = Tensors.where(isNarrow, stopped(low).add(width.mul(logP.exp())), value);
    }
    value = low == null ? value : value.maximum(stopped(low));
    return high == null ? value : value.minimum(stopped(high));
  }

  private static NDArray stopped(NDArray bound) {
    return Tensors.constant(bound).isPresent() ? bound : bound.stopGradient();
  }

  private NDArray quantile(Distribution fixed, NDArray upper, NDArray logLower, NDArray logUpper) {
    boolean discrete = base.support().isDiscrete();
    if (!discrete && fixed.hasIcdf()) {
      return Tensors.where(upper, fixed.doIsfOfLog(logUpper), fixed.doIcdfOfLog(logLower));
    }
    NDArray from = stopped(orElse(low, lowest(base.support()), Double.NEGATIVE_INFINITY));
    NDArray to = stopped(orElse(high, highest(base.support()), Double.POSITIVE_INFINITY));
    NDArray shape = logLower.zerosLike();
    UnaryOperator<NDArray> isBelow =
        x -> Tensors.where(upper, fixed.doLogSf(x).gt(logUpper), fixed.doLogCdf(x).lt(logLower));
    NDArray found =
        discrete
            ? Bisection.whole(isBelow, from.add(shape), to.add(shape))
            : Bisection.real(isBelow, from.add(shape), to.add(shape));
    return Undefined.shown(logLower.add(logUpper).isNaN(), found);
  }
}
