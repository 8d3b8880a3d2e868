package org.ppl4j.infer.latent;

import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/**
 * Takes data and factors out of a model's density, which leaves its prior: {@code model.with(new
 * Prior())}. What was observed is a constant then.
 */
public final class Prior implements Handler {

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (site.isObserved() && site.hasValue()) {
          site.determine(site.value());
        } else if (site.isObserved() || site.kind() == SampleSite.Kind.FACTOR) { // or of a scan
          site.maskOut();
        }
      }
    };
  }
}
