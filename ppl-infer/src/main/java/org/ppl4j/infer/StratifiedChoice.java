package org.ppl4j.infer;

import org.ppl4j.tensor.Rng;

/** Chooses draws by their weights so that their numbers differ from the expected ones by little. */
final class StratifiedChoice {

  private StratifiedChoice() {}

  /**
   * One draw for each of as many equal parts of the weights' sum, in random order.
   *
   * @param weights which sum to 1
   */
  static int[] of(double[] weights, int count, Rng rng) {
    long[] order = rng.split("order").permutation(count);
    int[] chosen = new int[count];
    double sum = weights[0];
    int at = 0;
    for (int i = 0; i < count; i++) {
      double wanted = (i + rng.nextUniform()) / count;
      while (sum <= wanted && at < weights.length - 1) {
        sum += weights[++at];
      }
      chosen[(int) order[i]] = at;
    }
    return chosen;
  }
}
