package com.example.own;

import org.ppl4j.infer.svi.Losses;
import org.ppl4j.infer.svi.StoppingRule;

/** A stopping rule of one's own: the median of the last losses is at most so much. */
public record LossBelow(double most, int window) implements StoppingRule {

  @Override
  public boolean isMet(Losses losses, int from) {
    int n = losses.size();
    return n - from >= window && losses.median(n - window, n) <= most;
  }
}
