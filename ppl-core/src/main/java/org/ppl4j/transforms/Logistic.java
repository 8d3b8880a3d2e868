package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import org.ppl4j.tensor.Special;

/** The logistic function and its inverse with their log-derivatives. */
final class Logistic {

  /** The smallest positive normal number of float32; also inside the range of float64. */
  private static final double TINY = 0x1.0p-126;

  private Logistic() {}

  /** σ(x), kept strictly between 0 and 1. */
  static NDArray value(NDArray x) {
    double gap = x.getDataType() == DataType.FLOAT64 ? 0x1.0p-53 : 0x1.0p-24;
    return Special.sigmoid(x).clip(TINY, 1 - gap);
  }

  /** log σ′(x) = x − 2 softplus(x), which is −|x| in both tails. */
  static NDArray logDerivative(NDArray x) {
    return x.sub(Special.softplus(x).mul(2));
  }

  /** σ⁻¹(y) = log y − log(1 − y). */
  static NDArray quantile(NDArray y) {
    return Special.logit(y);
  }

  /** log of the derivative of σ⁻¹: −log y − log(1 − y). */
  static NDArray logQuantileDerivative(NDArray y) {
    return y.log().add(Special.log1p(y.neg())).neg();
  }
}
