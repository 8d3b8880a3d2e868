package org.ppl4j.tensor;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.table.Kernel;

/**
 * What computes a row of noise: a sampler, and the place in a stream from which it draws. Stream
 * and position say which numbers these are whatever the seed and the counter.
 *
 * @param stream where the stream comes from
 * @param position of its first word
 * @param rng the stream, at that position when the row is computed
 * @param sampler what is drawn
 */
record Noise(Rng.Stream stream, long position, Rng rng, Sampler sampler) implements Kernel {

  /** Draws numbers, with their derivatives in parameters where the row has them. */
  @FunctionalInterface
  interface Sampler {
    /** As {@link Kernel#compute}, from a stream. */
    void draw(Rng rng, double[][] in, double[][] out, double @Nullable [][][] slopes);
  }

  static Noise of(Rng rng, Sampler sampler) {
    return new Noise(rng.stream(), rng.position(), rng, sampler);
  }

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    sampler.draw(rng, in, out, slopes);
  }
}
