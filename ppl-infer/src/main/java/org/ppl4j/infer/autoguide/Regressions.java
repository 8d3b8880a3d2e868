package org.ppl4j.infer.autoguide;

import java.util.Arrays;
import java.util.function.IntFunction;

/**
 * A normal distribution near another, in which each number is drawn given some of those before it:
 *
 * <pre>{@code
 * u_i = Σ_j a_ij u_j + s_i ε_i        j among the parents of i, all j < i
 * }</pre>
 *
 * <p>From the last number to the first, with the precision Λ of what is left: s_i² = 1 / Λ_ii and
 * a_ij = −Λ_ij / Λ_ii, the conditional distribution of the last given its parents alone; then u_i
 * is replaced by what it is drawn as, which leaves a quadratic form in the others whose mean is the
 * same. So the deviations are those whose divergence from the other is least, given the weights;
 * where all dependence is along parents, it is the other distribution itself.
 */
final class Regressions {

  private final double[][] weights;
  private final double[] deviations;

  private Regressions(double[][] weights, double[] deviations) {
    this.weights = weights;
    this.deviations = deviations;
  }

  /**
   * Of a normal distribution.
   *
   * @param precision the inverse of its covariance (D, D), row by row
   * @param parents of each number, those before it
   */
  static Regressions of(double[] precision, int size, IntFunction<int[]> parents) {
    double[][] left = new double[size][];
    Arrays.setAll(left, i -> Arrays.copyOfRange(precision, i * size, i * size + size));
    int[][] own = new int[size][];
    Arrays.setAll(own, parents);
    double[][] weights = new double[size][];
    double[] deviations = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      double[] row = left[i];
      double pivot = row[i];
      deviations[i] = 1 / Math.sqrt(pivot);
      weights[i] = Arrays.stream(own[i]).mapToDouble(j -> -row[j] / pivot).toArray();
      boolean[] isParent = new boolean[size];
      for (int j : own[i]) {
        isParent[j] = true;
      }
      for (int j : own[i]) {
        for (int k = 0; k < i; k++) {
          double less = row[j] * row[k] / pivot;
          left[j][k] -= less;
          if (!isParent[k]) {
            left[k][j] -= less;
          }
        }
      }
    }
    return new Regressions(weights, deviations);
  }

  /** s_i. */
  double deviation(int i) {
    return deviations[i];
  }

  /** a_ij, of each parent in its order. */
  double[] weights(int i) {
    return weights[i].clone();
  }
}
