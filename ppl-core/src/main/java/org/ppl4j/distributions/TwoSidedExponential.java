package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The formulas of the asymmetric Laplace distributions: exponential on both sides of a location.
 * The share left / (left + right) of the probability lies left of it.
 *
 * @param loc the mode
 * @param left the scale left of it
 * @param right the scale right of it
 */
record TwoSidedExponential(NDArray loc, NDArray left, NDArray right) {

  /** The distribution of −x. */
  TwoSidedExponential mirrored() {
    return new TwoSidedExponential(loc.neg(), /* left= */ right, /* right= */ left);
  }

  /** −max(d / right, −d / left) − log(left + right) with d = x − loc. */
  NDArray logProb(NDArray value) {
    NDArray d = value.sub(loc);
    return d.div(right).maximum(d.neg().div(left)).add(left.add(right).log()).neg();
  }

  /**
   * One uniform number is the quantile: log(u / share) of the left part below the share of the
   * left, log((1 − u) / (1 − share)) of the right part else, negative both.
   */
  Draw draw(Rng rng, Run run, Shape batch) {
    NDArray u = rng.uniform(run, batch);
    NDArray width = left.add(right);
    NDArray isLeft = u.lt(left.div(width));
    NDArray part = Tensors.where(isLeft, u, number(1).sub(u));
    NDArray scale = Tensors.where(isLeft, left, right.neg());
    NDArray log = part.mul(width).div(scale.abs()).log();
    return Draw.moved(log.mul(scale).add(loc), loc, () -> log.sub(width.log()));
  }

  NDArray mean() {
    return loc.add(right).sub(left);
  }

  NDArray variance() {
    return left.square().add(right.square());
  }

  NDArray entropy() {
    return left.add(right).log().add(1);
  }

  NDArray cdf(NDArray value) {
    NDArray d = value.sub(loc);
    NDArray width = left.add(right);
    NDArray lower = d.minimum(0).div(left).exp().mul(left);
    NDArray upper = d.maximum(0).div(right).neg().exp().mul(right);
    return Tensors.where(d.lt(0), lower, width.sub(upper)).div(width);
  }

  NDArray logCdf(NDArray value) {
    NDArray d = value.sub(loc);
    NDArray width = left.add(right);
    NDArray lower = d.minimum(0).div(left).add(left.div(width).log());
    NDArray t = d.maximum(0).div(right).neg();
    NDArray upper = left.sub(Special.expm1(t).mul(right)).div(width);
    NDArray tail = t.exp().mul(right.div(width));
    NDArray small = tail.lt(0.5);
    NDArray log =
        Tensors.where(
            small,
            Special.log1p(Tensors.where(small, tail, 0).neg()),
            Tensors.where(small, number(1), upper).log());
    return Tensors.where(d.lt(0), lower, log);
  }

  NDArray icdf(NDArray probability) {
    NDArray width = left.add(right);
    NDArray isLeft = probability.lt(left.div(width));
    NDArray part = Tensors.where(isLeft, probability, number(1).sub(probability));
    NDArray scale = Tensors.where(isLeft, left, right.neg());
    return part.mul(width).div(scale.abs()).log().mul(scale).add(loc);
  }
}
