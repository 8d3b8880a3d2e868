package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import org.ppl4j.Handler;
import org.ppl4j.Plate;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.Trace;

/**
 * Lets a program repeat the latent values of a trace, and its plates' rows: a model under the draws
 * of its guide.
 *
 * <p>Sites that the trace does not have are drawn. Rows that the caller chose stay. A trace of
 * another run must be {@linkplain Trace#detached detached}, or a {@linkplain org.ppl4j.SavedTrace
 * saved} one.
 */
public final class Replay implements Handler {

  private final Trace trace;

  /** Repeats this trace. */
  public Replay(Trace trace) {
    this.trace = trace;
  }

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        SampleSite known = site.isLatent() ? trace.find(site.name()) : null;
        if (known != null && known.isLatent()) {
          site.repeat(known, p.run());
        }
      }

      @Override
      protected PlateSpec opening(PlateSpec spec) {
        return spec.isDrawn() ? repeated(p, spec) : spec;
      }
    };
  }

  private PlateSpec repeated(Ppl p, PlateSpec spec) {
    for (Plate plate : trace.plates()) {
      if (plate.name().equals(spec.name()) && plate.batch() == spec.batch()) {
        NDArray rows = p.constant(plate.indices());
        return spec.indices(rows);
      }
    }
    return spec;
  }

  @Override
  public String toString() {
    return "replay of " + trace;
  }
}
