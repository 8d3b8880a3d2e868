package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;
import org.ppl4j.internal.math.PivotedFactors;

/**
 * Solutions of linear systems of {@linkplain FactorsStep factors}; all of one is NaN where the
 * matrix is singular.
 *
 * @param isAcross whether the matrix is transposed
 * @param to lies row by row
 */
record SolutionStep(Matrices factors, Matrices sides, Matrices to, boolean isAcross)
    implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] b = buffers[sides.buffer];
    double[] x = buffers[to.buffer];
    int n = to.rows;
    int width = to.columns;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      double[] a = buffers[factors.buffer];
      int start = to.starts[matrix];
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < width; k++) {
          x[start + i * width + k] = b[sides.at(matrix, i, k)];
        }
      }
      if (isSingular(a, matrix)) {
        Arrays.fill(x, start, start + n * width, Double.NaN);
      } else if (isAcross) {
        forwards(a, matrix, x, start);
        backwards(a, matrix, x, start);
        for (int i = n - 1; i >= 0; i--) {
          exchange(a, matrix, x, start, i);
        }
      } else {
        for (int i = 0; i < n; i++) {
          exchange(a, matrix, x, start, i);
        }
        forwards(a, matrix, x, start);
        backwards(a, matrix, x, start);
      }
    }
  }

  private boolean isSingular(double[] a, int matrix) {
    for (int i = 0; i < to.rows; i++) {
      if (a[factors.at(matrix, i, i)] == 0) {
        return true;
      }
    }
    return false;
  }

  private void exchange(double[] a, int matrix, double[] x, int start, int row) {
    int width = to.columns;
    int other = (int) a[factors.at(matrix, to.rows, row)] - 1;
    PivotedFactors.exchange(x, start + row * width, start + other * width, width);
  }

  /** By the lower triangle; across by the transposed upper one. */
  private void forwards(double[] a, int matrix, double[] x, int start) {
    for (int i = 0; i < to.rows; i++) {
      for (int j = 0; j < i; j++) {
        subtract(x, start, i, element(a, matrix, i, j), j);
      }
      if (isAcross) {
        divide(x, start, i, a[factors.at(matrix, i, i)]);
      }
    }
  }

  /** By the upper triangle; across by the transposed lower one. */
  private void backwards(double[] a, int matrix, double[] x, int start) {
    for (int i = to.rows - 1; i >= 0; i--) {
      for (int j = i + 1; j < to.rows; j++) {
        subtract(x, start, i, element(a, matrix, i, j), j);
      }
      if (!isAcross) {
        divide(x, start, i, a[factors.at(matrix, i, i)]);
      }
    }
  }

  private double element(double[] a, int matrix, int row, int column) {
    return isAcross ? a[factors.at(matrix, column, row)] : a[factors.at(matrix, row, column)];
  }

  private void subtract(double[] x, int start, int row, double factor, int other) {
    int width = to.columns;
    int at = start + row * width;
    int from = start + other * width;
    for (int k = 0; k < width; k++) {
      x[at + k] -= factor * x[from + k];
    }
  }

  private void divide(double[] x, int start, int row, double pivot) {
    int width = to.columns;
    for (int k = 0; k < width; k++) {
      x[start + row * width + k] /= pivot;
    }
  }
}
