package org.ppl4j.tensor;

import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.table.Kernel;

/**
 * What computes a row of noise: a sampler, and the place in a stream from which it draws. Stream
 * and position say which numbers these are whatever the seed and the counter.
 *
 * @param stream where the stream comes from
 * @param position of its first word
 * @param kernel what is drawn, from there when the row is computed
 */
record Noise(Rng.Stream stream, long position, Kernel kernel) implements Kernel {

  /** Draws numbers, with their derivatives in parameters where the row has them. */
  @FunctionalInterface
  interface Sampler {
    /** As {@link Kernel#compute}, from a stream. */
    void draw(Rng rng, double[][] in, double[][] out, double @Nullable [][][] slopes);
  }

  /** Draws whole numbers. */
  @FunctionalInterface
  interface WholeSampler {
    /** As {@link Kernel#whole}, from a stream. */
    long[] draw(Rng rng, double[][] in, int size);
  }

  static Noise of(Rng rng, Sampler sampler) {
    Kernel kernel = (in, out, slopes) -> sampler.draw(rng, in, out, slopes);
    return of(rng, kernel);
  }

  static Noise whole(Rng rng, WholeSampler sampler) {
    return of(rng, Kernel.of((in, size) -> sampler.draw(rng, in, size)));
  }

  private static Noise of(Rng rng, Kernel kernel) {
    return new Noise(rng.stream(), rng.position(), kernel);
  }

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    kernel.compute(in, out, slopes);
  }

  @Override
  public long[] whole(double[][] in, int size) {
    return kernel.whole(in, size);
  }
}
