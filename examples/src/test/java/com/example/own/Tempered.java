package com.example.own;

import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/** A handler of one's own: what is observed counts as much as if it were seen t times. */
public record Tempered(double t) implements Handler {

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (site.isObserved()) {
          site.scaleBy(t);
        }
      }
    };
  }
}
