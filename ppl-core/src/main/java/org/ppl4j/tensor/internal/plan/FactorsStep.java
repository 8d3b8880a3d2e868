package org.ppl4j.tensor.internal.plan;

/**
 * Triangular factors of matrices by Gaussian elimination, where the row with the largest number of
 * a column is exchanged with the one whose turn it is. A NaN spreads to all below.
 *
 * @param to lies row by row, with a row more for what was exchanged
 */
record FactorsStep(Matrices from, Matrices to) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[to.buffer];
    for (int matrix = 0; matrix < from.starts.length; matrix++) {
      int start = to.starts[matrix];
      from.read(buffers, matrix, a, start);
      factor(a, start, from.rows);
    }
  }

  private static void factor(double[] a, int start, int n) {
    for (int column = 0; column < n; column++) {
      int own = start + column * n;
      int pivot = column;
      for (int i = column + 1; i < n; i++) {
        if (Math.abs(a[start + i * n + column]) > Math.abs(a[start + pivot * n + column])) {
          pivot = i;
        }
      }
      a[start + n * n + column] = pivot + 1;
      if (pivot != column) {
        exchange(a, own, start + pivot * n, n);
      }
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

  /** Exchanges two runs of numbers. */
  static void exchange(double[] numbers, int one, int other, int count) {
    for (int k = 0; k < count; k++) {
      double kept = numbers[one + k];
      numbers[one + k] = numbers[other + k];
      numbers[other + k] = kept;
    }
  }
}
