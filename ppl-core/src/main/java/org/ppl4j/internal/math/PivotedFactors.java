package org.ppl4j.internal.math;

/**
 * Triangular factors of square matrices (N, N) by Gaussian elimination, where the row with the
 * largest number of a column is exchanged with the one whose turn it is. They lie row by row: the
 * upper factor, below its diagonal the lower one, whose diagonal is 1, and in a last row what each
 * row was exchanged with, counted from 1. A NaN spreads to all below; where the matrix is singular,
 * the upper factor has a 0 on its diagonal.
 */
public final class PivotedFactors {

  private PivotedFactors() {}

  /**
   * Turns a matrix into its factors.
   *
   * @param a has the matrix, row by row, and room for one row more
   * @param start where it begins
   */
  public static void factor(double[] a, int start, int n) {
    for (int column = 0; column < n; column++) {
      int own = start + column * n;
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        if (Math.abs(a[start + i * n + column]) > Math.abs(a[start + pivot * n + column])) {
          pivot = i;
        }
      }
      a[start + n * n + column] = pivot + 1;
      exchange(a, own, start + pivot * n, n);
      double divisor = a[own + column];
      for (int i = column + 1; divisor != 0 && i < n; i++) { // else so is all below
        int row = start + i * n;
        double factor = a[row + column] / divisor;
        a[row + column] = factor;
        for (int j = column + 1; j < n; j++) {
          a[row + j] -= factor * a[own + j];
        }
      }
    }
  }

  /** Exchanges two runs of numbers, unless they are one. */
  public static void exchange(double[] numbers, int one, int other, int count) {
    for (int k = 0; one != other && k < count; k++) {
      double kept = numbers[one + k];
      numbers[one + k] = numbers[other + k];
      numbers[other + k] = kept;
    }
  }

  /** The row that a row was exchanged with, in factors that begin at 0. */
  public static int exchanged(double[] factors, int n, int row) {
    return (int) factors[n * n + row] - 1;
  }

  /**
   * Turns a right side into the solution; not finite where the matrix is singular.
   *
   * @param factors that begin at 0
   * @param b of which every {@code stride}-th number from one on is of the right side
   */
  public static void solve(double[] factors, int n, double[] b, int from, int stride) {
    for (int i = 0; i < n; i++) {
      exchange(b, from + i * stride, from + exchanged(factors, n, i) * stride, 1);
    }
    for (int i = 0; i < n; i++) {
      b[from + i * stride] = rest(factors, n, i, 0, i, b, from, stride);
    }
    for (int i = n - 1; i >= 0; i--) {
      double rest = rest(factors, n, i, i + 1, n, b, from, stride);
      b[from + i * stride] = rest / factors[i * n + i];
    }
  }

  /** What is left of the number of a row without those of columns {@code begin} to {@code end}. */
  private static double rest(
      double[] factors, int n, int row, int begin, int end, double[] b, int from, int stride) {
    double rest = b[from + row * stride];
    for (int k = begin; k < end; k++) {
      rest -= factors[row * n + k] * b[from + k * stride];
    }
    return rest;
  }
}
