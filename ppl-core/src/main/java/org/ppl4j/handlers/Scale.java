package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/** Multiplies the log probabilities of all sites inside: annealing, data weights. */
public final class Scale implements Handler {

  private final double factor;

  /**
   * Scales by a factor.
   *
   * @param factor finite and positive
   * @throws IllegalArgumentException otherwise
   */
  public Scale(double factor) {
    checkArgument(
        factor > 0 && Double.isFinite(factor),
        "scale has factor %s, but needs a positive finite one; to leave sites out use Mask",
        factor);
    this.factor = factor;
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        site.scaleBy(factor);
      }
    };
  }

  @Override
  public String toString() {
    return "scale by " + factor;
  }
}
