package org.ppl4j.handlers;

import org.ppl4j.Handler;
import org.ppl4j.PlateSpec;
import org.ppl4j.Ppl;
import org.ppl4j.SampleSite;
import org.ppl4j.tensor.Rng;

/** Lets everything inside draw from another seed than the run's, plates' rows included. */
public final class Seed implements Handler {

  private final long seed;

  /** Draws from this seed. */
  public Seed(long seed) {
    this.seed = seed;
  }

  @Override
  public Frame begin(Ppl p) {
    long counter = p.run().counter();
    return new Frame() {
      @Override
      protected void enter(SampleSite site) {
        site.drawFrom(Rng.of(seed, p.purpose(), counter, site.name()));
      }

      @Override
      protected Rng noise(String name, Rng rng) {
        return Rng.of(seed, p.purpose(), counter, name);
      }

      @Override
      protected PlateSpec opening(PlateSpec spec) {
        if (!spec.isDrawn()) {
          return spec;
        }
        Rng rng = Rng.of(seed, Rng.Purpose.PLATE, counter, spec.name());
        int size = Math.toIntExact(spec.size());
        return spec.indices(rng.sample(p.run(), size, Math.toIntExact(spec.batch())));
      }
    };
  }

  @Override
  public String toString() {
    return "seed " + seed;
  }
}
