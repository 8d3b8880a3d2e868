package org.ppl4j.ode;

/**
 * M linear equations with one matrix and many right sides, by Gauss' elimination with the largest
 * pivot of each column. Where the matrix is singular the solutions are not finite.
 */
final class LinearEquations {

  private final int size;
  private final double[][] factors;
  private final int[] order; // of the rows

  LinearEquations(int size) {
    this.size = size;
    this.factors = new double[size][size];
    this.order = new int[size];
  }

  /** The matrix, to be filled before {@link #eliminate}. */
  double[][] matrix() {
    return factors;
  }

  /** Eliminates; the matrix is gone then. */
  void eliminate() {
    for (int i = 0; i < size; i++) {
      order[i] = i;
    }
    for (int column = 0; column < size; column++) {
      int pivot = column;
      for (int row = column + 1; row < size; row++) {
        pivot = Math.abs(entry(row, column)) > Math.abs(entry(pivot, column)) ? row : pivot;
      }
      int moved = order[column];
      order[column] = order[pivot];
      order[pivot] = moved;
      double[] top = factors[order[column]];
      for (int row = column + 1; row < size; row++) {
        double[] lower = factors[order[row]];
        lower[column] /= top[column];
        for (int k = column + 1; k < size; k++) {
          lower[k] -= lower[column] * top[k];
        }
      }
    }
  }

  private double entry(int row, int column) {
    return factors[order[row]][column];
  }

  /**
   * Solves.
   *
   * @param sides numbers of which every {@code stride}-th from one on is of the right side
   * @param to where the solution goes, in the same places
   */
  void solve(double[] sides, int from, int stride, double[] to) {
    double[] x = new double[size];
    for (int i = 0; i < size; i++) {
      double sum = sides[from + order[i] * stride];
      for (int k = 0; k < i; k++) {
        sum -= entry(i, k) * x[k];
      }
      x[i] = sum;
    }
    for (int i = size - 1; i >= 0; i--) {
      for (int k = i + 1; k < size; k++) {
        x[i] -= entry(i, k) * x[k];
      }
      x[i] /= entry(i, i);
    }
    for (int i = 0; i < size; i++) {
      to[from + i * stride] = x[i];
    }
  }
}
