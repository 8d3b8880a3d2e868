package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import java.util.Map;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/**
 * Intervenes: the program sees the given values, whatever the sites draw. Unlike {@link Condition}
 * this tells nothing about what comes before; the sites themselves stay as they are (Pearl,
 * Causality, 2009, section 3.2).
 */
public final class Do implements Handler {

  private final Values values;

  /** Sets one site. */
  public Do(String name, NDArray value) {
    this.values = Values.of(name, value);
  }

  /** Sets one site to a number. */
  public Do(String name, double value) {
    this.values = Values.of(name, value);
  }

  /** Sets several sites. */
  public Do(Map<String, ? extends NDArray> values) {
    this.values = Values.of(values);
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        NDArray value = values.find(site.name(), p);
        if (value != null) {
          site.returns(value);
        }
      }
    };
  }
}
