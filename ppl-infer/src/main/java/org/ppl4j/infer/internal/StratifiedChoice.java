package org.ppl4j.infer.internal;

import org.ppl4j.tensor.Rng;

/** Chooses draws by their weights so that their numbers differ from the expected ones by little. */
public final class StratifiedChoice {

  private StratifiedChoice() {}

  /**
   * One draw for each of as many equal parts of the weights' sum, in random order.
   *
   * @param weights which sum to 1
   */
  public static int[] of(double[] weights, int count, Rng rng) {
    long[] order = rng.split("order").permutation(count);
    int[] ascending = inOrder(weights, count, rng);
    int[] chosen = new int[count];
    for (int i = 0; i < count; i++) {
      chosen[(int) order[i]] = ascending[i];
    }
    return chosen;
  }

  /** The same draws in their own order. */
  public static int[] inOrder(double[] weights, int count, Rng rng) {
    int[] chosen = new int[count];
    double sum = weights[0];
    int at = 0;
    for (int i = 0; i < count; i++) {
      double wanted = (i + rng.nextUniform()) / count;
      while (sum <= wanted && at < weights.length - 1) {
        sum += weights[++at];
      }
      chosen[i] = at;
    }
    return chosen;
  }
}
