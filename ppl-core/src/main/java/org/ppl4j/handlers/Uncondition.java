package org.ppl4j.handlers;

import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/** Forgets the data: every observed site inside is drawn, as for prior and posterior prediction. */
public final class Uncondition implements Handler {

  /** Forgets all data. */
  public Uncondition() {}

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (site.isObserved()) {
          site.uncondition();
        }
      }
    };
  }

  @Override
  public String toString() {
    return "uncondition";
  }
}
