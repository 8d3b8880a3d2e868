package org.ppl4j.tensor;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.ppl4j.tensor.internal.plan.PlanReplay;
import org.ppl4j.tensor.internal.table.JavaKernel;

/** The numbers of a row of noise at any step, from one stream that is keyed anew. */
final class NoiseReplay implements JavaKernel {

  private static final double[][] NOTHING = new double[0][];

  private final Noise noise;
  private final long seed;
  private final Rng rng;
  private final JavaKernel kernel;
  private final boolean isWhole;
  private final int[] times; // of scans, the outermost first
  private final long[] at; // the steps of these
  private final double[][] values; // of such a step
  private final double[] all;
  private long counter;

  /** A row with operands, which is itself what computes it. */
  NoiseReplay(Noise noise, long seed) {
    this(noise, seed, false, new int[0], 0);
  }

  /**
   * A row without operands, at all steps of scans, one within the other.
   *
   * @param noise that of the first step of each
   * @param isWhole whether it gives whole numbers
   * @param times how many steps each has, the outermost first
   * @param size how many numbers it gives altogether
   */
  NoiseReplay(Noise noise, long seed, boolean isWhole, int[] times, int size) {
    this.noise = noise;
    this.seed = seed;
    this.rng = noise.stream().rng(seed, 0);
    this.kernel = noise.sampler().apply(rng);
    this.isWhole = isWhole;
    this.times = times;
    this.at = new long[Math.max(times.length, noise.scans())];
    this.values = new double[1][size / count()];
    this.all = times.length == 0 ? values[0] : new double[size];
  }

  private int count() {
    return Arrays.stream(times).reduce(1, Math::multiplyExact);
  }

  /** Goes to a step. */
  void moveTo(long step) {
    counter = step;
    rng.become(seed, step);
    rng.moveTo(noise.position());
  }

  // --- with operands

  @Override
  public void compute(double[][] in, double[][] out, double @Nullable [][][] slopes) {
    kernel.compute(own(in), out, slopes);
  }

  @Override
  public long[] whole(double[][] in, int size) {
    return kernel.whole(own(in), size);
  }

  /** The operands but for the numbers of the steps of scans, to which it goes. */
  private double[][] own(double[][] in) {
    int left = in.length - noise.scans();
    if (left == in.length) {
      return in;
    }
    Arrays.setAll(at, i -> (long) in[left + i][0]);
    rng.moveToSteps(at);
    moveTo(counter);
    return Arrays.copyOf(in, left);
  }

  // --- without

  /** Sets an input to the numbers of a step. */
  void draw(long step, PlanReplay replay, int input) {
    double[] own = values[0];
    for (int to = 0, i = 0; to < all.length; to += own.length, i++) {
      for (int k = times.length - 1, rest = i; k >= 0; rest /= times[k--]) {
        at[k] = rest % times[k];
      }
      rng.moveToSteps(at);
      moveTo(step);
      draw(own);
      System.arraycopy(own, 0, all, to, own.length);
    }
    replay.set(input, all, 0, all.length);
  }

  private void draw(double[] out) {
    if (isWhole) {
      long[] numbers = kernel.whole(NOTHING, out.length);
      for (int i = 0; i < out.length; i++) {
        out[i] = numbers[i];
      }
    } else {
      kernel.compute(NOTHING, values, null);
    }
  }
}
