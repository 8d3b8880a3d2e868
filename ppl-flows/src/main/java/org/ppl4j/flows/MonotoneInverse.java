package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.Function;
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
  private static final int STEPS = 60;

  private MonotoneInverse() {}

  /**
   * The x with f(x) = y, with first derivatives in y and in what f holds.
   *
   * @param f gives the value and the log of the derivative
   * @param low where f is at most y
   * @param high where f is at least y
   */
  static NDArray of(Function<NDArray, Mapped> f, NDArray y, NDArray low, NDArray high) {
    Run run = Tensors.run(y);
    NDArray found = run.withoutGradients(() -> search(f, y, low, high));
    if (!run.isRecording()) {
      return found;
    }
    NDArray fixed = found.stopGradient();
    Mapped mapped = f.apply(fixed);
    NDArray rest = y.sub(mapped.value());
    return fixed.add(rest.mul(mapped.logDet().neg().exp().stopGradient()));
  }

  private static NDArray search(Function<NDArray, Mapped> f, NDArray y, NDArray from, NDArray to) {
    NDArray low = from;
    NDArray high = to;
    NDArray x = low.add(high).mul(0.5);
    NDArray length = high.sub(low);
    for (int i = 0; i < STEPS; i++) {
      Mapped mapped = f.apply(x);
      NDArray rest = mapped.value().sub(y);
      NDArray above = rest.gt(0);
      high = Tensors.where(above, x, high);
      low = Tensors.where(above, low, x);
      NDArray newton = x.sub(rest.mul(mapped.logDet().neg().exp()));
      NDArray isInside = newton.gte(low).logicalAnd(newton.lte(high));
      NDArray isShort = newton.sub(x).abs().lte(length.mul(0.5));
      NDArray next = Tensors.where(isInside.logicalAnd(isShort), newton, low.add(high).mul(0.5));
      length = next.sub(x).abs();
      x = next;
    }
    return x;
  }
}
