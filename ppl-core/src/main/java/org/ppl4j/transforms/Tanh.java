package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.ppl4j.tensor.Special;

/** The hyperbolic tangent and its inverse with their log-derivatives, exact far out. */
final class Tanh {

  private static final double LOG_2 = Math.log(2);

  private Tanh() {}

  /** log tanh′(x) = 2 (log 2 − x − softplus(−2x)), which is 2 log 2 − 2 |x| in both tails. */
  static NDArray logDerivative(NDArray x) {
    return logCosh(x).mul(-2);
  }

  /** log cosh(x) = x + softplus(−2x) − log 2. */
  static NDArray logCosh(NDArray x) {
    return x.add(Special.softplus(x.mul(-2))).sub(LOG_2);
  }

  /** tanh⁻¹(y) = ½ (log(1 + y) − log(1 − y)), and − log(1 + y) − log(1 − y). */
  static Mapped inverse(NDArray y) {
    NDArray up = Special.log1p(y);
    NDArray down = Special.log1p(y.neg());
    return new Mapped(up.sub(down).mul(0.5), up.add(down).neg());
  }

  /** {@code y}, clamped strictly between −bound and bound. */
  static NDArray clamp(NDArray y, double bound) {
    double gap = y.getDataType() == DataType.FLOAT64 ? 0x1.0p-53 : 0x1.0p-24;
    double largest = bound * (1 - gap);
    return y.clip(-largest, largest);
  }
}
