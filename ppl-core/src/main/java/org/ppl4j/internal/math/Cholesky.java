package org.ppl4j.internal.math;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Cholesky factors L of symmetric matrices L Lᵀ (D, D), row by row. */
public final class Cholesky {

  private Cholesky() {}

  /** L, of which the lower triangle counts; null if there is none. */
  public static double @Nullable [] factor(double[] matrix, int size) {
    double[] factor = new double[size * size];
    for (int i = 0; i < size; i++) {
      for (int j = 0; j <= i; j++) {
        double rest = matrix[i * size + j];
        for (int k = 0; k < j; k++) {
          rest -= factor[i * size + k] * factor[j * size + k];
        }
        if (i > j) {
          factor[i * size + j] = rest / factor[j * size + j];
        } else if (rest > 0) {
          factor[i * size + i] = Math.sqrt(rest);
        } else {
          return null;
        }
      }
    }
    return factor;
  }

  /** Turns b into the solution of L x = b. */
  public static void solve(double[] factor, double[] b) {
    int size = b.length;
    for (int i = 0; i < size; i++) {
      double rest = b[i];
      for (int j = 0; j < i; j++) {
        rest -= factor[i * size + j] * b[j];
      }
      b[i] = rest / factor[i * size + i];
    }
  }

  /** Turns b into the solution of Lᵀ x = b. */
  public static void solveTransposed(double[] factor, double[] b) {
    int size = b.length;
    for (int i = size - 1; i >= 0; i--) {
      double x = b[i] / factor[i * size + i];
      b[i] = x;
      for (int j = 0; j < i; j++) {
        b[j] -= factor[i * size + j] * x;
      }
    }
  }

  /** The inverse of L Lᵀ. */
  public static double[] inverse(double[] factor, int size) {
    double[] inverse = new double[size * size];
    double[] column = new double[size];
    for (int i = 0; i < size; i++) {
      Arrays.fill(column, 0);
      column[i] = 1;
      solve(factor, column);
      solveTransposed(factor, column);
      System.arraycopy(column, 0, inverse, i * size, size);
    }
    return inverse;
  }
}
