package org.ppl4j.handlers;

import ai.djl.ndarray.NDArray;
import org.jspecify.annotations.Nullable;
import org.ppl4j.Handler;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;

/** Lets the log probabilities of all sites inside count only in part. */
public final class Mask implements Handler {

  private final @Nullable NDArray where;
  private final boolean all;

  /**
   * Counts where the mask is true.
   *
   * @param where booleans that broadcast to the batch of every site inside
   */
  public Mask(NDArray where) {
    this.where = where;
    this.all = true;
  }

  /** Counts everywhere or nowhere. */
  public Mask(boolean all) {
    this.where = null;
    this.all = all;
  }

  @Override
  public Frame begin(Ppl p) {
    NDArray mask = where == null ? null : p.constant(where);
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        if (!all) {
          site.maskOut();
        } else if (mask != null) {
          site.maskBy(mask);
        }
      }
    };
  }

  @Override
  public String toString() {
    return where == null
        ? "mask under which " + (all ? "all counts" : "nothing counts")
        : "mask of shape " + where.getShape();
  }
}
