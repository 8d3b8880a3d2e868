package org.ppl4j.tensor;

/**
 * Draws vectors of counts: each count is binomial among the trials that are left, with its share of
 * the weight that is left.
 */
final class MultinomialKernel {

  private MultinomialKernel() {}

  /**
   * Fills one row with counts.
   *
   * @param count of all trials
   * @param weights the rows of weights
   * @param counts the rows of counts
   * @param row which one
   * @param size of a row
   * @return how many trials the last count got
   */
  static double draw(Rng rng, double count, double[] weights, double[] counts, int row, int size) {
    int start = row * size;
    double[] left = new double[size];
    double sum = 0;
    for (int i = size - 1; i >= 0; i--) {
      sum += weights[start + i];
      left[i] = sum;
    }
    double trials = count;
    for (int i = 0; i < size; i++) {
      double share = weights[start + i] == 0 ? 0 : weights[start + i] / left[i];
      counts[start + i] = BinomialKernel.draw(rng, trials, share);
      trials -= counts[start + i];
    }
    return counts[start + size - 1];
  }
}
