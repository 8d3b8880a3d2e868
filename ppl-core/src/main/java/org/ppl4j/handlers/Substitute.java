package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.Handler;
import org.ppl4j.ParamSite;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.internal.WrittenNames;

/**
 * Gives latent sites and parameters values; the sites stay latent, and their log probabilities are
 * taken at these values.
 */
public final class Substitute implements Handler {

  private final Values values;

  /** Gives one site or parameter a value. */
  public Substitute(String name, NDArray value) {
    this.values = Values.of(name, value);
  }

  /** Gives one site or parameter a number. */
  public Substitute(String name, double value) {
    this.values = Values.of(name, value);
  }

  /** Gives several sites and parameters values. */
  public Substitute(Map<String, ? extends NDArray> values) {
    this.values = Values.of(values);
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = values.names("substitute", "site or parameter");
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        names.meet(site.name());
        NDArray value = values.find(site.name(), p);
        checkArgument(
            value == null || !site.isObserved(),
            "substitute names %s, but gives values to latent sites and parameters; set data by"
                + " Condition, and what the program sees by Do",
            site);
        if (value != null && site.isLatent()) {
          site.substitute(value);
        }
      }

      @Override
      protected void enter(ParamSite site) {
        names.meet(site.name());
        NDArray value = values.find(site.name(), p);
        if (value != null) {
          site.substitute(value);
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
    return "substitute of " + values;
  }
}
