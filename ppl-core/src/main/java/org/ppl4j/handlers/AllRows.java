package org.ppl4j.handlers;

import org.ppl4j.Handler;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;

/**
 * Lets a program see all rows of the plates whose rows the library would draw: {@code
 * p.plate("rows", 919, 64)} opens as {@code p.plate("rows", 919)}. Rows that the caller chose or
 * gave stay.
 */
public final class AllRows implements Handler {

  /** Sees all rows. */
  public AllRows() {}

  @Override
  public Frame begin(Ppl p) {
    return new Frame() {
      @Override
      protected PlateSpec opening(PlateSpec spec) {
        return spec.isDrawn() ? spec.batch(spec.size()) : spec;
      }
    };
  }

  @Override
  public String toString() {
    return "all rows of each plate";
  }
}
