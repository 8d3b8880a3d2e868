package org.ppl4j.ode;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;

/**
 * The way from one time that is stepped onto to the next. Where the rate jumps at an end of it, it
 * is asked next to that end, on the side of the stretch.
 *
 * @param isAfterJump whether the rate jumps where it begins
 * @param isBeforeJump whether the rate jumps where it ends
 * @param isAsked whether the state at its end is
 */
record Stretch(double from, double to, boolean isAfterJump, boolean isBeforeJump, boolean isAsked) {

  /**
   * How far from a jump its sides are, in roundings of its time, which an equation may compute in
   * another way.
   */
  private static final int ROUNDINGS = 4;

  /** The time at which the rate is asked for that of a time. */
  double side(double time) {
    double least = Math.min(first(FloatType.FLOAT64), last(FloatType.FLOAT64));
    double most = Math.max(first(FloatType.FLOAT64), last(FloatType.FLOAT64));
    return Math.max(least, Math.min(most, time));
  }

  /** The rate on the sides of this stretch. */
  Rate sides(Rate rate) {
    return isAfterJump || isBeforeJump ? (time, z) -> rate.of(side(time), z) : rate;
  }

  /** A shift, so that derivatives in the time are those at the side. */
  private NDArray side(NDArray time) {
    Run run = Tensors.run(time);
    double first = first(run.floatType());
    double last = last(run.floatType());
    NDArray at = Tensors.detached(time);
    NDArray side = at.maximum(Math.min(first, last)).minimum(Math.max(first, last));
    return time.add(side.sub(at));
  }

  private double first(FloatType type) {
    return isAfterJump ? inside(from, type) : from;
  }

  private double last(FloatType type) {
    return isBeforeJump ? inside(to, type) : to;
  }

  /** Next to an end, or in the middle if there is no room. */
  private double inside(double end, FloatType type) {
    double rounding = type == FloatType.FLOAT64 ? Math.ulp(end) : Math.ulp((float) end);
    double middle = from + (to - from) / 2;
    double gap = Math.min(ROUNDINGS * rounding, Math.abs(middle - end));
    return end + Math.copySign(gap, middle - end);
  }
}
