package org.ppl4j.tensor.internal.plan;

import java.util.Arrays;

/**
 * Exponentials of matrices by the power series of a fraction that is squared as often as it was
 * halved; NaN for what is not finite.
 *
 * @param to lies row by row
 * @param scratch a buffer for three matrices
 */
record ExponentialStep(Matrices from, Matrices to, int scratch) implements Action {

  /** The sum of absolute values of a row up to which the series has all digits. */
  private static final double NORM = 0.5;

  private static final int TERMS = 15;

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] work = buffers[scratch];
    double[] x = buffers[to.buffer];
    int n = to.rows;
    int size = n * n;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      from.read(buffers, matrix, work);
      int halvings = halvings(work);
      if (halvings < 0) {
        Arrays.fill(x, to.starts[matrix], to.starts[matrix] + size, Double.NaN);
        continue;
      }
      for (int i = 0; i < size; i++) {
        work[i] = Math.scalb(work[i], -halvings);
      }
      identity(work, size);
      for (int k = TERMS; k >= 1; k--) { // 1 + a/k (1 + a/(k+1) (…))
        multiply(work, 0, size, 2 * size, 1.0 / k);
        System.arraycopy(work, 2 * size, work, size, size);
        for (int i = 0; i < n; i++) {
          work[size + i * n + i] += 1;
        }
      }
      for (int k = 0; k < halvings; k++) {
        multiply(work, size, size, 2 * size, 1);
        System.arraycopy(work, 2 * size, work, size, size);
      }
      System.arraycopy(work, size, x, to.starts[matrix], size);
    }
  }

  /** How often the matrix is halved; −1 if it is not finite. */
  private int halvings(double[] a) {
    int n = to.rows;
    double norm = 0;
    for (int i = 0; i < n; i++) {
      double sum = 0;
      for (int j = 0; j < n; j++) {
        sum += Math.abs(a[i * n + j]);
      }
      norm = Math.max(norm, sum);
    }
    if (!Double.isFinite(norm)) {
      return -1;
    }
    return norm <= NORM ? 0 : Math.getExponent(norm / NORM) + 1;
  }

  private void identity(double[] work, int start) {
    int n = to.rows;
    Arrays.fill(work, start, start + n * n, 0);
    for (int i = 0; i < n; i++) {
      work[start + i * n + i] = 1;
    }
  }

  private void multiply(double[] work, int left, int right, int product, double factor) {
    int n = to.rows;
    for (int i = 0; i < n; i++) {
      int row = product + i * n;
      Arrays.fill(work, row, row + n, 0);
      for (int j = 0; j < n; j++) {
        double x = factor * work[left + i * n + j];
        for (int k = 0; k < n; k++) {
          work[row + k] += x * work[right + j * n + k];
        }
      }
    }
  }
}
