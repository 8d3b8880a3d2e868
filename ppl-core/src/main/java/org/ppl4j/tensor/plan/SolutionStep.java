package org.ppl4j.tensor.plan;

import java.util.Arrays;

/**
 * Solutions of linear systems by {@link Elimination}; all of one is NaN where the matrix is
 * singular.
 *
 * @param to lies row by row
 * @param scratch a buffer for a matrix
 */
record SolutionStep(Matrices from, Matrices sides, Matrices to, int scratch) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[scratch];
    double[] b = buffers[sides.buffer];
    double[] x = buffers[to.buffer];
    int n = to.rows;
    int width = to.columns;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      int start = to.starts[matrix];
      from.read(buffers, matrix, a);
      for (int i = 0; i < n; i++) {
        for (int k = 0; k < width; k++) {
          x[start + i * width + k] = b[sides.at(matrix, i, k)];
        }
      }
      Elimination.run(a, n, x, start, width);
      if (!substitute(a, n, x, start, width)) {
        Arrays.fill(x, start, start + n * width, Double.NaN);
      }
    }
  }

  private static boolean substitute(double[] a, int n, double[] x, int start, int width) {
    for (int i = n - 1; i >= 0; i--) {
      int row = start + i * width;
      double pivot = a[i * n + i];
      if (pivot == 0) {
        return false;
      }
      for (int j = i + 1; j < n; j++) {
        double factor = a[i * n + j];
        for (int k = 0; k < width; k++) {
          x[row + k] -= factor * x[start + j * width + k];
        }
      }
      for (int k = 0; k < width; k++) {
        x[row + k] /= pivot;
      }
    }
    return true;
  }
}
