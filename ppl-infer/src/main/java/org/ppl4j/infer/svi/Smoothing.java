package org.ppl4j.infer.svi;

import com.google.common.base.Splitter;
import com.google.common.primitives.Ints;
import java.util.List;

/**
 * The smoothed loss: means over blocks of steps, and the least of them so far.
 *
 * <p>Blocks rather than a moving average: a block's mean belongs to one stretch of parameters, so
 * that the parameters at its end can be kept, and keeping costs one copy a block at most.
 */
final class Smoothing {

  /** Steps in a block. */
  static final int BLOCK = 50;

  private double sum;
  private int inBlock;
  private double best = Double.NaN;
  private long bestStep;

  /**
   * Counts one loss.
   *
   * @return whether a block ended that is better than all before: the moment to keep parameters
   */
  boolean add(long step, double loss) {
    sum += loss;
    if (++inBlock < BLOCK) {
      return false;
    }
    double mean = sum / BLOCK;
    sum = 0;
    inBlock = 0;
    if (Double.isFinite(mean) && !(mean >= best)) {
      best = mean;
      bestStep = step;
      return true;
    }
    return false;
  }

  /** Forgets all losses, since the steps were taken back. */
  void forget() {
    sum = 0;
    inBlock = 0;
    best = Double.NaN;
    bestStep = 0;
  }

  double best() {
    return best;
  }

  int bestStep() {
    return Ints.saturatedCast(bestStep);
  }

  /** All that it remembers, as a text. */
  @Override
  public String toString() {
    return sum + " " + inBlock + " " + best + " " + bestStep;
  }

  /**
   * One that remembers what a text says.
   *
   * @throws IllegalArgumentException if it is none
   * @throws IndexOutOfBoundsException if it is too short
   */
  static Smoothing parse(String text) {
    List<String> words = Splitter.on(' ').splitToList(text);
    Smoothing smoothing = new Smoothing();
    smoothing.sum = Double.parseDouble(words.get(0));
    smoothing.inBlock = Integer.parseInt(words.get(1));
    smoothing.best = Double.parseDouble(words.get(2));
    smoothing.bestStep = Long.parseLong(words.get(3));
    return smoothing;
  }
}
