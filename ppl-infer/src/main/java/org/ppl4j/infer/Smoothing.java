package org.ppl4j.infer;

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
  private int bestStep;

  /**
   * Counts one loss.
   *
   * @return whether a block ended that is better than all before: the moment to keep parameters
   */
  boolean add(int step, double loss) {
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

  double best() {
    return best;
  }

  int bestStep() {
    return bestStep;
  }
}
