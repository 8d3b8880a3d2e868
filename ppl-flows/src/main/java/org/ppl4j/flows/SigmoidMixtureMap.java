package org.ppl4j.flows;

import ai.djl.ndarray.NDArray;
import java.util.function.UnaryOperator;
import org.ppl4j.tensor.Shapes;
import org.ppl4j.tensor.Special;
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
    NDArray above = below.sub(z);
    NDArray logCdf = Special.logSumExp(below, -1, false);
    NDArray logSf = Special.logSumExp(above, -1, false);
    // log σ(z) + log σ(−z) = 2 log σ(z) − z
    NDArray logDensity =
        Special.logSumExp(above.add(Special.logSigmoid(z)).add(logScale), -1, false);
    return new Mapped(logCdf.sub(logSf), logDensity.sub(logCdf).sub(logSf));
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
