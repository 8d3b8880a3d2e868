package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import org.ppl4j.tensor.Special;
import org.ppl4j.tensor.Tensors;

/** The library's losses of a critic c, of rows x, and a flow, of draws z. */
public enum AdversarialLoss implements CriticLoss {
  /**
   * The critic: mean softplus(−c(x)) + mean softplus(c(z)), the cross entropy of a classifier; the
   * flow: mean softplus(−c(z)), which does not saturate. Source: Goodfellow et al., "Generative
   * adversarial nets" (2014), section 3.
   */
  GAN("gan") {
    @Override
    public NDArray critic(NDArray ofData, NDArray ofFlow) {
      return mean(Special.softplus(ofData.neg())).add(mean(Special.softplus(ofFlow)));
    }

    @Override
    public NDArray flow(NDArray ofFlow) {
      return mean(Special.softplus(ofFlow.neg()));
    }
  },
  /**
   * The critic as of {@link #GAN}; the flow: minus mean softplus(c(z)), so that one's gain is the
   * other's loss, and at the best critic twice the Jensen–Shannon divergence. It hardly moves a
   * flow whose draws the critic tells for certain. Source: the same, equation 1.
   */
  SATURATING_GAN("saturating gan") {
    @Override
    public NDArray critic(NDArray ofData, NDArray ofFlow) {
      return GAN.critic(ofData, ofFlow);
    }

    @Override
    public NDArray flow(NDArray ofFlow) {
      return mean(Special.softplus(ofFlow)).neg();
    }
  },
  /**
   * The critic: mean c(z) − mean c(x), the flow: −mean c(z). With a critic that changes by no more
   * than its input does, it is Wasserstein's distance of order 1. Source: Arjovsky, Chintala and
   * Bottou, "Wasserstein generative adversarial networks" (2017).
   */
  WASSERSTEIN("wasserstein") {
    @Override
    public NDArray critic(NDArray ofData, NDArray ofFlow) {
      return mean(ofFlow).sub(mean(ofData));
    }

    @Override
    public NDArray flow(NDArray ofFlow) {
      return mean(ofFlow).neg();
    }

    @Override
    public boolean boundsSlopes() {
      return true;
    }
  },
  /**
   * The critic: mean max(0, 1 − c(x)) + mean max(0, 1 + c(z)), the flow: −mean c(z). Source: Lim
   * and Ye, "Geometric GAN" (2017).
   */
  HINGE("hinge") {
    @Override
    public NDArray critic(NDArray ofData, NDArray ofFlow) {
      return mean(ofData.sub(1).neg().maximum(0)).add(mean(ofFlow.add(1).maximum(0)));
    }

    @Override
    public NDArray flow(NDArray ofFlow) {
      return mean(ofFlow).neg();
    }
  };

  private final String words;

  AdversarialLoss(String words) {
    this.words = words;
  }

  private static NDArray mean(NDArray x) {
    return Tensors.total(x).div(x.size());
  }

  @Override
  public String toString() {
    return words;
  }
}
