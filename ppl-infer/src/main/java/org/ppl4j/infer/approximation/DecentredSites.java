package org.ppl4j.infer.approximation;

import com.google.common.collect.ImmutableSet;
import org.ppl4j.AddedSites;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.infer.reparam.LocScale;

/**
 * Records of some sites of location and scale what {@link LocScale} makes of them: their values
 * without both, under the names that it draws these by, and their scales.
 */
final class DecentredSites implements Handler {

  private final ImmutableSet<String> names;

  DecentredSites(ImmutableSet<String> names) {
    this.names = names;
  }

  /** The name by which the scale of a site is recorded. */
  static String scale(String site) {
    return site + ".decentred.scale";
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void leave(SampleSite site) {
        if (names.contains(site.name())) {
          AddedSites added = AddedSites.of(p, site);
          added.deterministic(LocScale.name(site), LocScale.decentred(site));
          added.deterministic(scale(site.name()), LocScale.scale(site));
        }
      }
    };
  }
}
