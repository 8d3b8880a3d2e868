package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableSet;
import org.ppl4j.AddedSites;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.reparam.LocScale;

/** Records the scales of some sites of location and scale, each as a deterministic site. */
final class ScaleSites implements Handler {

  private final ImmutableSet<String> names;

  ScaleSites(ImmutableSet<String> names) {
    this.names = names;
  }

  /** The name of what is recorded of a site. */
  static String name(String site) {
    return site + ".decentred.scale";
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (names.contains(site.name())) {
          AddedSites.of(p, site).deterministic(name(site.name()), LocScale.scale(site));
        }
      }
    };
  }
}
