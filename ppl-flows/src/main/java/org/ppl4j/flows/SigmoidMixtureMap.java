package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.internal.table.Shapes;
import org.ppl4j.transforms.Mapped;
import org.ppl4j.transforms.Transform;

/**
 * y = logit Σ w_k σ(a_k x + b_k), evaluated in log space so that it is exact far out. The inverse
 * of y lies between the least and the largest (y − b_k) / a_k.
 */
final class SigmoidMixtureMap extends SearchedMap {

  private final NDArray logScale;
  private final NDArray shift;
  private final NDArray logWeight;

  /** Each {@code (*, K)}: log a, b, and the normalised log w. */
  SigmoidMixtureMap(NDArray logScale, NDArray shift, NDArray logWeight) {
    super(Shapes.dropRight(logScale.getShape(), 1));
    this.logScale = logScale;
    this.shift = shift;
    this.logWeight = logWeight;
  }

  @Override
  protected Mapped doForward(NDArray x) {
    NDArray z = x.expandDims(-1).mul(logScale.exp()).add(shift);
    NDArray below = logWeight.add(Special.logSigmoid(z));
    NDArray above = logWeight.add(Special.logSigmoid(z.neg()));
    NDArray logCdf = Special.logSumExp(below, -1, false);
    NDArray logSf = Special.logSumExp(above, -1, false);
    NDArray shares = shares(below, above, logWeight).add(logScale);
    return new Mapped(logCdf.sub(logSf), Special.logSumExp(shares, -1, false));
  }

  /**
   * The logarithms of p_k q_k / w_k, where p are the components' shares of the cdf and q of its
   * complement: the derivative is Σ a_k p_k q_k / w_k, which keeps its digits far out, where the
   * cdf and its derivative are too small to divide.
   */
  static NDArray shares(NDArray below, NDArray above, NDArray logWeight) {
    return below.logSoftmax(-1).add(above.logSoftmax(-1)).sub(logWeight);
  }

  @Override
  Bracket bracket(NDArray y) {
    NDArray ends = y.expandDims(-1).sub(shift).mul(logScale.neg().exp());
    return new Bracket(ends.min(new int[] {-1}), ends.max(new int[] {-1}));
  }

  @Override
  public Transform withParameters(UnaryOperator<NDArray> operator) {
    return new SigmoidMixtureMap(
        operator.apply(logScale), operator.apply(shift), operator.apply(logWeight));
  }

  @Override
  public String toString() {
    return "mixture of sigmoids";
  }
}
