package org.ppl4j.handlers;

import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/**
 * Names everything inside {@code prefix.name}: sites, parameters and plates, so that a program can
 * be used twice in another one. NumPyro's {@code scope}.
 *
 * <p>Handlers inside see the short names, handlers outside the long ones.
 */
public final class Prefix implements Handler {

  private final String prefix;

  /** Puts {@code prefix} and a dot before each name. */
  public Prefix(String prefix) {
    this.prefix = prefix + ".";
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        site.rename(prefix + site.name());
      }

      @Override
      protected void enter(ParamSite site) {
        site.rename(prefix + site.name());
      }

      @Override
      protected String stored(String name) {
        return prefix + name;
      }

      @Override
      protected PlateSpec opening(PlateSpec spec) {
        return spec.named(prefix + spec.name());
      }
    };
  }

  @Override
  public String toString() {
    return "prefix " + prefix;
  }
}
