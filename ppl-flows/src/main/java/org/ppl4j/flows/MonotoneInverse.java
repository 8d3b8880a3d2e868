package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.List;
import java.util.function.Function;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Iteration;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Mapped;

/**
 * The inverse of increasing maps of numbers that have no formula for it: Newton's method kept
 * inside a shrinking bracket, a fixed number of steps for all elements at once, so that nothing is
 * read from the device; its gradient by the implicit function theorem.
 *
 * <p>A step takes Newton's point if it lies in the bracket and is at most half as long as the step
 * before, else the middle, so that step or bracket halves each time, and near the solution the
 * number of right digits doubles. Source: Press et al., "Numerical recipes", section 9.4 (rtsafe).
 */
final class MonotoneInverse {

  /** More halvings than a float64 has digits. */
  static final int STEPS = 60;

  /** The largest log-slope of an inverse in float64: gradients of steeper ones would overflow. */
  private static final double DOUBLE = 300;

  /** The same in float32. */
  private static final double SINGLE = 40;

  private MonotoneInverse() {}

  /**
   * The x with f(x) = y, with first derivatives in y and in what f holds.
   *
   * @param f gives the value and the log of the derivative
   * @param low where f is at most y
   * @param high where f is at least y
   */
  static NDArray of(Function<NDArray, Mapped> f, NDArray y, NDArray low, NDArray high) {
    return implicit(f, y, search(f, y, low, high));
  }

  /**
   * The same from a formula whose result has lost digits: two of Newton's steps.
   *
   * @param start close to x
   */
  static NDArray near(Function<NDArray, Mapped> f, NDArray y, NDArray start) {
    return implicit(f, y, Tensors.run(y).withoutGradients(() -> newton(f, y, newton(f, y, start))));
  }

  /** The solution with its gradient, that of a step of Newton; the step itself is not made. */
  private static NDArray implicit(Function<NDArray, Mapped> f, NDArray y, NDArray found) {
    Run run = Tensors.run(y);
    if (!run.isRecording()) {
      return found;
    }
    NDArray fixed = found.stopGradient();
    Mapped mapped = f.apply(fixed);
    NDArray rest = y.sub(mapped.value());
    double max = run.floatType() == FloatType.FLOAT32 ? SINGLE : DOUBLE;
    return Tensors.withDerivative(fixed, rest, mapped.logDet().neg().minimum(max).exp());
  }

  private static NDArray newton(Function<NDArray, Mapped> f, NDArray y, NDArray x) {
    Mapped mapped = f.apply(x);
    NDArray rest = y.sub(mapped.value());
    return x.add(rest.mul(mapped.logDet().neg().exp().stopGradient()));
  }

  private static NDArray search(Function<NDArray, Mapped> f, NDArray y, NDArray from, NDArray to) {
    NDArray middle = from.add(to).mul(0.5);
    List<NDArray> start = List.of(middle, from, to, to.sub(from));
    return Iteration.of(STEPS, start, state -> halved(f, y, state)).get(0);
  }

  /** Of a point, the ends of the bracket about it and the last step, those that follow. */
  private static List<NDArray> halved(Function<NDArray, Mapped> f, NDArray y, List<NDArray> state) {
    NDArray x = state.get(0);
    Mapped mapped = f.apply(x);
    NDArray rest = mapped.value().sub(y);
    NDArray above = rest.gt(0);
    NDArray high = Tensors.where(above, x, state.get(2));
    NDArray low = Tensors.where(above, state.get(1), x);
    NDArray newton = x.sub(rest.mul(mapped.logDet().neg().exp()));
    NDArray isInside = newton.gte(low).logicalAnd(newton.lte(high));
    NDArray isShort = newton.sub(x).abs().lte(state.get(3).mul(0.5));
    NDArray next = Tensors.where(isInside.logicalAnd(isShort), newton, low.add(high).mul(0.5));
    return List.of(next, low, high, next.sub(x).abs());
  }
}
