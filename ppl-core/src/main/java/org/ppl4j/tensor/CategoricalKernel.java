package org.ppl4j.tensor;

import static com.google.common.base.Preconditions.checkArgument;

/** Draws categories by inversion of the cumulated weights. */
final class CategoricalKernel {

  private CategoricalKernel() {}

  /**
   * Returns the category whose share of the total weight holds a uniform number; never one of
   * weight 0. A category cannot be NaN: where a weight is, it is 0, whose log-density is NaN then.
   *
   * @param uniform in (0, 1)
   * @param weights the categories' weights at {@code from} to {@code from + size - 1}, not
   *     normalised
   * @throws IllegalArgumentException if a weight is negative, or the total is not positive and
   *     finite
   */
  static int draw(double uniform, double[] weights, int from, int size) {
    double total = 0.0;
    for (int k = 0; k < size; k++) {
      double weight = weights[from + k];
      if (Double.isNaN(weight)) {
        return 0;
      }
      if (weight < 0.0) {
        throw new IllegalArgumentException(
            "categorical weight " + k + " is " + weight + "; weights must not be negative");
      }
      total += weight;
    }
    checkArgument(
        total > 0.0 && total < Double.POSITIVE_INFINITY,
        "categorical weights add up to %s; at least one must be positive and all finite",
        total);
    double rest = uniform * total;
    int last = -1;
    for (int k = 0; k < size; k++) {
      double weight = weights[from + k];
      if (weight > 0.0) {
        last = k;
        rest -= weight;
        if (rest < 0.0) {
          return k;
        }
      }
    }
    return last;
  }
}
