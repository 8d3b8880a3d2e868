package org.ppl4j.handlers;

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

  /** Leaves a setting at the sites that satisfy the condition. */
  public InferConfig(Predicate<SampleSite> sites, String key, Object setting) {
    this.sites = sites;
    this.key = key;
    this.setting = setting;
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (sites.test(site)) {
          site.set(key, setting);
        }
      }
    };
  }
}
