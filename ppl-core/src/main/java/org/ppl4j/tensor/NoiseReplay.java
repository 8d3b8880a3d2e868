package org.ppl4j.tensor;

import static java.util.Objects.requireNonNull;

import java.util.Arrays;
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
  private final NoiseReplay[] steps; // of scans; none if there is none
  private final double[] all; // of these

  /**
   * The row.
   *
   * @param isWhole whether it gives whole numbers
   * @param size how many it gives
   */
  NoiseReplay(Noise noise, long seed, boolean isWhole, int size) {
    this(noise, seed, isWhole, new int[0], size);
  }

  /**
   * The row at all steps of scans, one within the other.
   *
   * @param noise that of the first step of each
   * @param times how many steps each has, the outermost first
   * @param size how many numbers it gives altogether
   */
  NoiseReplay(Noise noise, long seed, boolean isWhole, int[] times, int size) {
    int count = Arrays.stream(times).reduce(1, Math::multiplyExact);
    this.steps = new NoiseReplay[times.length == 0 ? 0 : count];
    this.all = new double[times.length == 0 ? 0 : size];
    for (int i = 0; i < steps.length; i++) {
      long[] at = new long[times.length];
      for (int k = times.length - 1, rest = i; k >= 0; rest /= times[k--]) {
        at[k] = rest % times[k];
      }
      RandomStream stream = requireNonNull(noise.stream().at(at));
      Noise own = new Noise(stream, noise.position(), noise.rng(), noise.sampler());
      steps[i] = new NoiseReplay(own, seed, isWhole, size / count);
    }
    this.noise = noise;
    this.seed = seed;
    this.rng = noise.stream().rng(seed, 0);
    this.kernel = noise.sampler().apply(rng);
    this.isWhole = isWhole;
    this.values = new double[1][size / count];
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
    if (steps.length == 0) {
      double[] out = drawn(counter);
      replay.set(input, out, 0, out.length);
      return;
    }
    int at = 0;
    for (NoiseReplay step : steps) {
      double[] out = step.drawn(counter);
      System.arraycopy(out, 0, all, at, out.length);
      at += out.length;
    }
    replay.set(input, all, 0, all.length);
  }

  private double[] drawn(long counter) {
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
    return out;
  }
}
