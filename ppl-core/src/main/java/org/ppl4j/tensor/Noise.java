package org.ppl4j.tensor;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.table.JavaKernel;

/**
 * What computes a row of noise: a sampler, and the place in a stream from which it draws. Stream
 * and position say which numbers these are whatever the seed and the counter.
 *
 * @param stream where the stream comes from; in a record of scans that of their first steps
 * @param position of its first word
 * @param rng the stream, which is drawn from when the row is computed
 * @param sampler the kernel of a stream
 * @param scans in a record, how many scans it is of; the numbers of their steps, the outermost
 *     first, are its last operands
 */
record Noise(
    RandomStream stream, long position, Rng rng, Function<Rng, JavaKernel> sampler, int scans)
    implements JavaKernel {

  /** Draws numbers, with their derivatives in parameters where the row has them. */
  @FunctionalInterface
  interface Sampler {
    /** As {@link JavaKernel#compute}, from a stream. */
    void draw(Rng rng, double[][] in, double[][] out, double @Nullable [][][] slopes);
  }

  /** Draws whole numbers. */
  @FunctionalInterface
  interface WholeSampler {
    /** As {@link JavaKernel#whole}, from a stream. */
    long[] draw(Rng rng, double[][] in, int size);
  }

  static Noise of(Rng rng, Sampler sampler) {
    return of(rng, from -> (in, out, slopes) -> sampler.draw(from, in, out, slopes));
  }

  static Noise whole(Rng rng, WholeSampler sampler) {
    return of(rng, from -> JavaKernel.of((in, size) -> sampler.draw(from, in, size)));
  }

  private static Noise of(Rng rng, Function<Rng, JavaKernel> sampler) {
    return new Noise(rng.stream(), rng.position(), rng, sampler, 0);
  }

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    sampler.apply(rng).compute(in, out, slopes);
  }

  @Override
  public long[] whole(double[][] in, int size) {
    return sampler.apply(rng).whole(in, size);
  }
}
