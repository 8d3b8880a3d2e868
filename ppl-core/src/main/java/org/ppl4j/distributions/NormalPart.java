package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import com.google.errorprone.annotations.concurrent.LazyInit;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.NormalIntegral;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * A normal variable between two bounds, by its distance from an anchor: the number between the
 * bounds that is closest to loc, where the density is largest. With t = (x − anchor) / scale and c
 * = (anchor − loc) / scale the density is in proportion to exp(−c t − t²/2), which is at most 1,
 * and nothing that is as large as c² is subtracted.
 *
 * <p>What holds of the variable holds whatever the anchor, so that it has no derivative.
 */
final class NormalPart {

  private final NDArray loc;
  private final NDArray scale;
  private final NDArray low;
  private final NDArray high;
  private final NDArray anchor;
  private final NDArray c;
  private final NDArray from;
  private final NDArray to;
  @LazyInit private @Nullable NDArray logIntegral;

  /** The part from low to high; either may be infinite. */
  NormalPart(NDArray loc, NDArray scale, NDArray low, NDArray high) {
    this.loc = loc;
    this.scale = scale;
    this.low = low;
    this.high = high;
    this.anchor = Tensors.detached(loc.maximum(low).minimum(high));
    this.c = anchor.sub(loc).div(scale);
    this.from = Special.standardized(low, anchor, scale);
    this.to = Special.standardized(high, anchor, scale);
  }

  /** The part of this up to a number inside. */
  NormalPart below(NDArray value) {
    return new NormalPart(loc, scale, low, value);
  }

  /** The part of this from a number inside. */
  NormalPart above(NDArray value) {
    return new NormalPart(loc, scale, value, high);
  }

  private NDArray logIntegral() {
    NDArray known = logIntegral;
    if (known == null) {
      known = NormalIntegral.log(c, from, to);
      logIntegral = known;
    }
    return known;
  }

  /** −½ t² − c t − log scale − log ∫ exp(−c t − t²/2). */
  NDArray logProb(NDArray value) {
    return logProbAt(value.sub(anchor).div(scale));
  }

  private NDArray logProbAt(NDArray t) {
    return t.square().mul(0.5).add(t.mul(c)).add(logIntegral().add(scale.log())).neg();
  }

  /**
   * The number with the share p of the probability below it and q above it, with the derivative in
   * p and the implicit one in the parameters, (dp − dF) / density; and its log-density.
   */
  Draw quantile(NDArray p, NDArray q) {
    NDArray t = NormalIntegral.quantile(c, from, to, p, q);
    NDArray value = t.mul(Tensors.detached(scale)).add(anchor);
    NDArray density = logProb(value).exp();
    NDArray cdf = logShare(below(value)).exp();
    NDArray attached = Tensors.withDerivative(value, p.sub(cdf), number(1).div(density));
    NDArray moved = attached.sub(anchor).div(scale);
    return Draw.of(attached, () -> logProbAt(moved));
  }

  /** The logarithm of the share of the probability that a smaller part of the same variable has. */
  NDArray logShare(NormalPart smaller) {
    NDArray moved = smaller.anchor.sub(anchor).div(scale);
    NDArray lower = smaller.c.add(c).mul(0.5).mul(moved);
    return smaller.logIntegral().sub(logIntegral()).sub(lower);
  }

  NDArray mean() {
    return NormalIntegral.mean(c, from, to).mul(scale).add(anchor);
  }

  NDArray variance() {
    return NormalIntegral.variance(c, from, to).mul(scale.square());
  }

  /** log scale + log ∫ exp(−c t − t²/2) + E (c t + t²/2). */
  NDArray entropy() {
    NDArray mean = NormalIntegral.mean(c, from, to);
    NDArray square = NormalIntegral.variance(c, from, to).add(mean.square());
    return square.mul(0.5).add(c.mul(mean)).add(logIntegral()).add(scale.log());
  }
}
