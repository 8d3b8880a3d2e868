package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;
import org.ppl4j.internal.WrittenNames;

/**
 * Observes sites: those named take the given values and count as data.
 *
 * <p>A value is a number, data, or a tensor of the run; data are brought to each run anew.
 */
public final class Condition implements Handler {

  private final Values values;

  /**
   * Observes one site. A program that ends without having met it throws {@link
   * IllegalArgumentException}, and so in all handlers that are given names.
   */
  public Condition(String name, NDArray value) {
    this.values = Values.of(name, value);
  }

  /** Observes one site at a number. */
  public Condition(String name, double value) {
    this.values = Values.of(name, value);
  }

  /** Observes several sites. */
  public Condition(Map<String, ? extends NDArray> values) {
    this.values = Values.of(values);
  }

  /** Observes every latent site of a trace at its value there. */
  public Condition(Trace trace) {
    this.values = Values.latents(trace);
  }

  @Override
  public Frame begin(Ppl p) {
    WrittenNames names = values.names("condition", "sample site");
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        names.meet(site.name());
        NDArray value = values.find(site.name(), p);
        if (value != null) {
          checkArgument(
              site.isLatent() || site.isObserved(),
              "condition names %s, which is not drawn; condition what it follows from, or let the"
                  + " program see a value by Do",
              site);
          site.condition(value);
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
    return "condition on " + values;
  }
}
