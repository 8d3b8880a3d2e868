package org.ppl4j.flows;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.List;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.transforms.Transform;

/**
 * The cdf of a mixture of K logistic distributions, taken back to the reals by the logit, then
 * shifted and scaled: y = c + e^l · logit Σ w_k σ((x − μ_k) e^(−s_k)).
 *
 * <p>Parameters: K each of μ, s (kept between −7 and 7) and w through a softmax, then c and l (kept
 * between −7 and 7). At 0 the means lie evenly from −1 to 1, not all at 0, since equal components
 * would stay equal; hence it starts near the identity. Forward is a formula; the inverse is
 * searched. Source: Ho, Chen, Srinivas, Duan and Abbeel, "Flow++" (2019), section 3.2.
 */
public final class MixtureCdf implements ScalarFamily {

  private static final double BOUND = 7;

  private final int components;

  private MixtureCdf(int components) {
    this.components = components;
  }

  /**
   * With this many components.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static MixtureCdf of(int components) {
    checkArgument(
        components >= 1, "mixture cdf has %s components, but needs at least 1", components);
    return new MixtureCdf(components);
  }

  @Override
  public int parameters() {
    return 3 * components + 2;
  }

  @Override
  public Transform map(NDArray parameters) {
    List<NDArray> parts = Tensors.split(parameters, -1, components, components, components, 2);
    NDArray mean = parts.get(0).add(ScalarMath.spread(parameters, components));
    NDArray logScale = ScalarMath.clamp(parts.get(1), BOUND).neg();
    NDArray logWeight = parts.get(2).logSoftmax(-1);
    Transform mixture = new SigmoidMixtureMap(logScale, mean.mul(logScale.exp()).neg(), logWeight);
    return mixture.then(AffineFamily.of().map(ScalarMath.clamp(parts.get(3), BOUND)));
  }

  @Override
  public int iterations() {
    return MonotoneInverse.STEPS;
  }

  @Override
  public String toString() {
    return "mixture cdf(" + components + " components)";
  }
}
