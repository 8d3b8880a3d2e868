package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/**
 * Leaves settings at sites for inference methods, which read them by {@link SampleSite#settings}.
 */
public final class InferConfig implements Handler {

  private final Predicate<SampleSite> sites;
  private final String key;
  private final Object setting;

  /**
   * Leaves a setting at the sites that satisfy the condition. A program that ends without having
   * met one throws {@link IllegalArgumentException}.
   */
  public InferConfig(Predicate<SampleSite> sites, String key, Object setting) {
    this.sites = sites;
    this.key = key;
    this.setting = setting;
  }

  @Override
  public Frame begin(Ppl p) {
    List<String> met = new ArrayList<>();
    return new Frame() {
      private boolean isLeft;

      @Override
      protected void enter(SampleSite site) {
        met.add(site.name());
        if (sites.test(site)) {
          site.set(key, setting);
          isLeft = true;
        }
      }

      @Override
      protected void end() {
        checkArgument(
            isLeft,
            "infer config leaves setting '%s' at no sample site, for none of %s satisfies its"
                + " condition; look for the name in it",
            key,
            met);
      }
    };
  }

  @Override
  public String toString() {
    return "setting '" + key + "' of sites at " + setting;
  }
}
