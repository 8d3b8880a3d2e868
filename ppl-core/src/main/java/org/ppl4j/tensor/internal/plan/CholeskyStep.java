package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * Lower Cholesky factors, row by row; all of one is NaN where the matrix is not positive definite.
 *
 * @param from of which the lower triangles are read
 * @param to lies row by row
 */
record CholeskyStep(Matrices from, Matrices to) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    for (int matrix = 0; matrix < from.starts.length; matrix++) {
      double[] out = buffers[to.buffer];
      int start = to.starts[matrix];
      int size = from.rows * from.rows;
      if (!factor(buffers[from.buffer], matrix, out, start)) {
        Arrays.fill(out, start, start + size, Double.NaN);
      }
    }
  }

  private boolean factor(double[] in, int matrix, double[] out, int start) {
    int n = from.rows;
    for (int i = 0; i < n; i++) {
      int row = start + i * n;
      for (int j = 0; j <= i; j++) {
        int other = start + j * n;
        double rest = in[from.at(matrix, i, j)] - Sums.ofProducts(j, out, row, 1, out, other, 1);
        if (j < i) {
          out[row + j] = rest / out[other + j];
        } else if (rest > 0) {
          out[row + i] = Math.sqrt(rest);
        } else {
          return false;
        }
      }
      Arrays.fill(out, row + i + 1, row + n, 0);
    }
    return true;
  }
}
