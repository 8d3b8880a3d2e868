package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.tensor.internal.table.Shapes;

/**
 * Expands every value that was given, and not drawn, to the full shape of its site in its plates:
 * after {@code new Substitute("alpha", 0)} the program sees as many zeros as the plate of alpha has
 * rows. (Distributions are expanded by the plates themselves.)
 */
public final class Broadcast implements Handler {

  /** Expands all given values. */
  public Broadcast() {}

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void leave(SampleSite site) {
        if (!site.isLatent() && !site.isObserved()) {
          return;
        }
        Shape full =
            Shapes.concat(site.distribution().batchShape(), site.distribution().eventShape());
        NDArray value = site.result();
        if (!value.getShape().equals(full) && Shapes.isBroadcastable(value.getShape(), full)) {
          site.returns(value.broadcast(full));
        }
      }
    };
  }

  @Override
  public String toString() {
    return "broadcast of given values";
  }
}
