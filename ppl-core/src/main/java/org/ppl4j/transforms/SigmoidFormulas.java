package org.ppl4j.transforms;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.LogDistances;
import org.ppl4j.tensor.Special;

/** The logistic function and its inverse with their log-derivatives. */
final class SigmoidFormulas {

  private SigmoidFormulas() {}

  /** σ(x), clamped strictly between 0 and 1, with its distances from both. */
  static NDArray value(NDArray x) {
    return LogDistances.sigmoid(x);
  }

  /** log σ′(x) = x − 2 softplus(x), which is −|x| in both tails. */
  static NDArray logDerivative(NDArray x) {
    return x.sub(Special.softplus(x).mul(2));
  }

  /** σ⁻¹(y) = log y − log(1 − y). */
  static NDArray quantile(NDArray y) {
    return LogDistances.areKnown(y)
        ? LogDistances.of(y, 0).sub(LogDistances.of(y, 1))
        : Special.logit(y);
  }

  /** log of the derivative of σ⁻¹: −log y − log(1 − y). */
  static NDArray logQuantileDerivative(NDArray y) {
    return LogDistances.of(y, 0).add(LogDistances.of(y, 1)).neg();
  }
}
