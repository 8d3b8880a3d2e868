package org.ppl4j.tensor.internal.plan;

/**
 * What matrices get of the gradients of their lower Cholesky factors, made symmetric, row by row
 * from the last one.
 *
 * <p>Source: Murray, "Differentiation of the Cholesky decomposition" (2016), section 4.2.
 *
 * @param factors lower triangular
 * @param gradients of which the lower triangles are read
 * @param to lies row by row
 */
record CholeskyGradientStep(Matrices factors, Matrices gradients, Matrices to) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      double[] a = buffers[to.buffer];
      int start = to.starts[matrix];
      for (int i = 0; i < to.rows; i++) {
        for (int j = 0; j <= i; j++) {
          a[start + i * to.columns + j] = buffers[gradients.buffer][gradients.at(matrix, i, j)];
        }
      }
      for (int row = to.rows - 1; row >= 0; row--) {
        pull(buffers[factors.buffer], matrix, a, start, row);
      }
      halve(a, start);
    }
  }

  /** What a row of the factor has got goes to the matrix, and to the rows and columns before. */
  private void pull(double[] l, int matrix, double[] a, int start, int row) {
    int n = to.rows;
    int own = start + row * n;
    double pivot = l[factors.at(matrix, row, row)];
    double sum = 0;
    for (int i = row + 1; i < n; i++) {
      int at = start + i * n;
      sum += l[factors.at(matrix, i, row)] * a[at + row];
      a[at + row] /= pivot;
    }
    a[own + row] = (a[own + row] - sum / pivot) / pivot;
    subtract(row, a, own, a[own + row], l, factors.at(matrix, row, 0), factors.right);
    for (int i = row + 1; i < n; i++) {
      int at = start + i * n;
      double share = a[at + row];
      subtract(row, a, own, share, l, factors.at(matrix, i, 0), factors.right);
      subtract(row, a, at, share, l, factors.at(matrix, row, 0), factors.right);
    }
    a[own + row] /= 2;
  }

  private static void subtract(
      int n, double[] to, int at, double factor, double[] x, int from, int stride) {
    if (stride == 1) {
      for (int k = 0; k < n; k++) {
        to[at + k] -= factor * x[from + k];
      }
    } else {
      for (int k = 0; k < n; k++) {
        to[at + k] -= factor * x[from + k * stride];
      }
    }
  }

  /** An element below the diagonal and its mirror image have half of what both have got. */
  private void halve(double[] a, int start) {
    int n = to.rows;
    for (int i = 0; i < n; i++) {
      for (int j = 0; j < i; j++) {
        double half = a[start + i * n + j] / 2;
        a[start + i * n + j] = half;
        a[start + j * n + i] = half;
      }
    }
  }
}
