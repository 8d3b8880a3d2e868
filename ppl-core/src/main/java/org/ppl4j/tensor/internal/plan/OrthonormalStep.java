package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * The orthonormal factors of QR decompositions by reflections (Householder 1958), with the signs of
 * LAPACK: a column that is zero below the diagonal is not reflected.
 *
 * @param from of no more columns than rows
 * @param to lies row by row
 * @param scratch a buffer for a matrix and the factors of its reflections
 */
record OrthonormalStep(Matrices from, Matrices to, int scratch) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[scratch];
    double[] q = buffers[to.buffer];
    int m = from.rows;
    int n = from.columns;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      int start = to.starts[matrix];
      from.read(buffers, matrix, a);
      Arrays.fill(q, start, start + m * n, 0);
      for (int k = 0; k < n; k++) {
        reflector(a, k);
        reflect(a, k, a, 0, k + 1);
        q[start + k * n + k] = 1;
      }
      for (int k = n - 1; k >= 0; k--) {
        reflect(a, k, q, start, k);
      }
    }
  }

  /** Makes {@code 1 - f v vᵀ} of a column; v, which begins with 1, stays there, f behind all. */
  private void reflector(double[] a, int k) {
    int n = from.columns;
    double first = a[k * n + k];
    double squares = 0;
    for (int i = k + 1; i < from.rows; i++) {
      squares += a[i * n + k] * a[i * n + k];
    }
    double factor = 0;
    if (squares != 0) {
      double end = -Math.copySign(Math.sqrt(first * first + squares), first);
      factor = (end - first) / end;
      for (int i = k + 1; i < from.rows; i++) {
        a[i * n + k] /= first - end;
      }
    }
    a[from.rows * n + k] = factor;
  }

  /** Reflects the columns from one on of a matrix that lies row by row. */
  private void reflect(double[] a, int k, double[] x, int start, int firstColumn) {
    int n = from.columns;
    double factor = a[from.rows * n + k];
    for (int j = firstColumn; j < n; j++) {
      double sum = x[start + k * n + j];
      for (int i = k + 1; i < from.rows; i++) {
        sum += a[i * n + k] * x[start + i * n + j];
      }
      sum *= factor;
      x[start + k * n + j] -= sum;
      for (int i = k + 1; i < from.rows; i++) {
        x[start + i * n + j] -= sum * a[i * n + k];
      }
    }
  }
}
