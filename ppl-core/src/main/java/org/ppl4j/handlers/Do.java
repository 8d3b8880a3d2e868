package org.ppl4j.handlers;

import static com.google.common.base.Preconditions.checkArgument;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Map;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.internal.WrittenNames;
import org.ppl4j.tensor.internal.table.Shapes;

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
    WrittenNames names = values.names("do", "sample site");
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        names.meet(site.name());
        NDArray value = values.find(site.name(), p);
        if (value != null) {
          site.returns(value);
        }
      }

      @Override
      protected void leave(SampleSite site) {
        NDArray value = values.find(site.name(), p);
        if (value != null) {
          Shape shape = value.getShape();
          Shape own = site.value().getShape();
          checkArgument(
              Shapes.isBroadcastable(shape, own),
              "do gives %s a value of shape %s, but its own has shape %s; pass one of this shape",
              site,
              shape,
              own);
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
    return "do of " + values;
  }
}
