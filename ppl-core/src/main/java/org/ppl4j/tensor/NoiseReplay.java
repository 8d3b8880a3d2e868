package org.ppl4j.tensor;

import org.ppl4j.tensor.plan.Replay;
import org.ppl4j.tensor.table.Kernel;

/**
 * The numbers of a row of noise without operands at any step, from one stream that is keyed anew.
 */
final class NoiseReplay {

  private static final double[][] NOTHING = new double[0][];

  private final Noise noise;
  private final long seed;
  private final Rng rng;
  private final Kernel kernel;
  private final boolean isWhole;
  private final double[][] values;

  /**
   * The row.
   *
   * @param isWhole whether it gives whole numbers
   * @param size how many it gives
   */
  NoiseReplay(Noise noise, long seed, boolean isWhole, int size) {
    this.noise = noise;
    this.seed = seed;
    this.rng = noise.stream().rng(seed, 0);
    this.kernel = noise.sampler().apply(rng);
    this.isWhole = isWhole;
    this.values = new double[1][size];
  }

  /** What computes the row, with operands too, as it is at the step that it was last moved to. */
  Kernel kernel() {
    return kernel;
  }

  /** Goes to a step. */
  void moveTo(long counter) {
    rng.become(seed, counter);
    rng.moveTo(noise.position());
  }

  /** Sets an input to the numbers of a step. */
  void draw(long counter, Replay replay, int input) {
    moveTo(counter);
    double[] out = values[0];
    if (isWhole) {
      long[] numbers = kernel.whole(NOTHING, out.length);
      for (int i = 0; i < out.length; i++) {
        out[i] = numbers[i];
      }
    } else {
      kernel.compute(NOTHING, values, null);
    }
    replay.set(input, out, 0, out.length);
  }
}
