package org.ppl4j.handlers;

import com.google.common.collect.ImmutableSet;
import java.util.function.Predicate;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.internal.WrittenNames;

/**
 * Hides sites and parameters from everything outside: they are drawn as usual, and neither recorded
 * nor given values there. Pyro's {@code block}.
 */
public final class Hide implements Handler {

  private final Predicate<SampleSite> sites;
  private final Predicate<ParamSite> params;
  private final ImmutableSet<String> written;
  private final String what;

  private Hide(
      Predicate<SampleSite> sites,
      Predicate<ParamSite> params,
      ImmutableSet<String> written,
      String what) {
    this.sites = sites;
    this.params = params;
    this.written = written;
    this.what = what;
  }

  /** Hides the sites that satisfy the condition, and no parameter. */
  public Hide(Predicate<SampleSite> sites) {
    this(sites, param -> false, ImmutableSet.of(), "by a condition");
  }

  /** Hides the sites and parameters of these names. */
  public static Hide names(String... names) {
    ImmutableSet<String> hidden = ImmutableSet.copyOf(names);
    return new Hide(
        site -> hidden.contains(site.name()),
        param -> hidden.contains(param.name()),
        hidden,
        "of " + hidden);
  }

  /** Hides all sites and parameters but those of these names. */
  public static Hide allBut(String... names) {
    ImmutableSet<String> shown = ImmutableSet.copyOf(names);
    return new Hide(
        site -> !shown.contains(site.name()),
        param -> !shown.contains(param.name()),
        shown,
        shown.isEmpty() ? "of all" : "of all but " + shown);
  }

  /** Hides all sites and parameters. */
  public static Hide all() {
    return allBut();
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = WrittenNames.of("hide", "site or parameter", written);
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        names.meet(site.name());
        if (sites.test(site)) {
          site.hide();
        }
      }

      @Override
      protected void enter(ParamSite site) {
        names.meet(site.name());
        if (params.test(site)) {
          site.hide();
        }
      }

      @Override
      protected void end() {
        names.check();
      }
    };
  }

  @Override
  public String toString() {
    return "hide " + what;
  }
}
