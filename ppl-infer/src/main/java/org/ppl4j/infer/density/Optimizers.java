package org.ppl4j.infer.density;

import ai.djl.training.tracker.Tracker;
import org.ppl4j.infer.optim.Adam;
import org.ppl4j.infer.optim.AdamW;
import org.ppl4j.infer.optim.Clipping;
import org.ppl4j.infer.optim.Optimizer;

/**
 * The optimizers of a training of so many steps, over which rates fall along a cosine.
 *
 * @param rate the first
 * @param decay of a flow's parameters
 * @param steps over which the rates fall
 */
public record Optimizers(double rate, double decay, int steps) {

  /** The last rate as a share of the first. */
  private static final double LAST_RATE = 0.01;

  /** The longest gradient, in running means of their lengths. */
  private static final double LONGEST = 5;

  /**
   * The decays of moments of who plays against another, whose gradients soon say otherwise: of
   * Gulrajani et al. (2017), algorithm 1, with the first of Radford, Metz and Chintala,
   * "Unsupervised representation learning with deep convolutional generative adversarial networks"
   * (2016).
   */
  private static final double BETA1 = 0.5;

  private static final double BETA2 = 0.9;

  /**
   * Of a flow. Where many rows are alike its density is steep, and a gradient that is longer than
   * those before throws the flow out of it, for good at the first rates.
   */
  public AdamW ofFlow() {
    return AdamW.withRate(falling(steps)).decay(decay).clipping(Clipping.relative(LONGEST));
  }

  /** Of a flow that plays against a critic, and moves in every so many-th step. */
  public Optimizer against(int every) {
    AdamW moving = AdamW.withRate(falling(Math.max(1, steps / every))).decay(decay);
    return EveryFew.of(moving.betas(BETA1, BETA2), every);
  }

  /** Of a critic. */
  public Optimizer ofCritic() {
    return Adam.withRate(falling(steps)).betas(BETA1, BETA2);
  }

  private Tracker falling(int over) {
    return Tracker.cosine()
        .setBaseValue((float) rate)
        .optFinalValue((float) (LAST_RATE * rate))
        .setMaxUpdates(over)
        .build();
  }
}
