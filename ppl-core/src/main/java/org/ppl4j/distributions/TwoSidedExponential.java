package org.ppl4j.distributions;

import static org.ppl4j.tensor.Tensors.number;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.tensor.Rng;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/**
 * The asymmetric Laplace distributions: exponential on both sides of a location, which is the mode.
 * The share left / (left + right) of the probability lies left of it.
 */
abstract class TwoSidedExponential extends LocationScale {

  /** By one more argument than location and scale, of which both sides are made. */
  TwoSidedExponential(NDArray loc, NDArray scale, Argument asymmetry) {
    super(loc, scale, Argument.real("loc", loc), Argument.positive("scale", scale), asymmetry);
  }

  /** The scales left and right of the location. */
  record Sides(NDArray left, NDArray right) {

    NDArray width() {
      return left.add(right);
    }

    /** Those of −x. */
    Sides mirrored() {
      return new Sides(/* left= */ right, /* right= */ left);
    }
  }

  /** Both scales. */
  abstract Sides sides();

  /** −max(d / right, −d / left) − log(left + right) with d = x − loc. */
  @Override
  protected NDArray doLogProb(NDArray value) {
    Sides sides = sides();
    NDArray d = value.sub(loc);
    NDArray distance = d.div(sides.right()).maximum(d.neg().div(sides.left()));
    return distance.add(sides.width().log()).neg();
  }

  /**
   * One uniform number is the quantile: log(u / share) of the left part below the share of the
   * left, log((1 − u) / (1 − share)) of the right part else, negative both.
   */
  @Override
  protected Draw doDraw(Rng rng, Shape batch) {
    Sides sides = sides();
    NDArray u = rng.uniform(run(), batch);
    NDArray width = sides.width();
    NDArray isLeft = u.lt(sides.left().div(width));
    NDArray part = Tensors.where(isLeft, u, number(1).sub(u));
    NDArray side = Tensors.where(isLeft, sides.left(), sides.right().neg());
    NDArray log = part.mul(width).div(side.abs()).log();
    return Draw.moved(log.mul(side).add(loc), loc, () -> log.sub(width.log()));
  }

  @Override
  protected NDArray doMean() {
    Sides sides = sides();
    return loc.add(sides.right()).sub(sides.left());
  }

  @Override
  protected NDArray doVariance() {
    Sides sides = sides();
    return sides.left().square().add(sides.right().square());
  }

  @Override
  protected NDArray doEntropy() {
    return sides().width().log().add(1);
  }

  @Override
  protected NDArray doCdf(NDArray value) {
    return cdf(value.sub(loc), sides());
  }

  @Override
  protected NDArray doSf(NDArray value) {
    return cdf(loc.sub(value), sides().mirrored());
  }

  @Override
  protected NDArray doLogCdf(NDArray value) {
    return logCdf(value.sub(loc), sides());
  }

  @Override
  protected NDArray doLogSf(NDArray value) {
    return logCdf(loc.sub(value), sides().mirrored());
  }

  @Override
  protected NDArray doIcdf(NDArray probability) {
    return icdf(probability, sides()).add(loc);
  }

  @Override
  protected NDArray doIsf(NDArray probability) {
    return loc.sub(icdf(probability, sides().mirrored()));
  }

  /** Of the deviation d from the location. */
  private static NDArray cdf(NDArray d, Sides sides) {
    NDArray left = sides.left();
    NDArray right = sides.right();
    NDArray width = sides.width();
    NDArray lower = d.minimum(0).div(left).exp().mul(left);
    NDArray upper = d.maximum(0).div(right).neg().exp().mul(right);
    return Tensors.where(d.lt(0), lower, width.sub(upper)).div(width);
  }

  private static NDArray logCdf(NDArray d, Sides sides) {
    NDArray left = sides.left();
    NDArray right = sides.right();
    NDArray width = sides.width();
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

  /** The deviation of a quantile from the location. */
  private static NDArray icdf(NDArray probability, Sides sides) {
    NDArray width = sides.width();
    NDArray isLeft = probability.lt(sides.left().div(width));
    NDArray part = Tensors.where(isLeft, probability, number(1).sub(probability));
    NDArray side = Tensors.where(isLeft, sides.left(), sides.right().neg());
    return part.mul(width).div(side.abs()).log().mul(side);
  }
}
