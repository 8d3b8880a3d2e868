package org.ppl4j.tensor.internal.plan;

/**
 * Solutions of triangular systems by substitution.
 *
 * @param triangles of which one triangle is read
 * @param to lies row by row
 */
record TriangularStep(Matrices triangles, Matrices sides, Matrices to, boolean upper)
    implements Action {

  /** From so many right sides on whole rows are subtracted. */
  private static final int MANY = 4;

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[triangles.buffer];
    double[] b = buffers[sides.buffer];
    double[] x = buffers[to.buffer];
    int n = to.rows;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      for (int step = 0; step < n; step++) {
        int row = upper ? n - 1 - step : step;
        int known = upper ? row + 1 : 0;
        if (to.columns < MANY) {
          numbers(a, b, x, matrix, row, known, step);
        } else {
          rows(a, b, x, matrix, row, known, step);
        }
      }
    }
  }

  /** A row of the result, where {@code count} rows from one on are known: number by number. */
  private void numbers(
      double[] a, double[] b, double[] x, int matrix, int row, int known, int count) {
    double pivot = a[triangles.at(matrix, row, row)];
    int factors = triangles.at(matrix, row, known);
    int width = to.columns;
    for (int k = 0; k < width; k++) {
      int rest = to.at(matrix, known, k);
      double sum = Sums.ofProducts(count, a, factors, triangles.right, x, rest, width);
      x[to.at(matrix, row, k)] = (b[sides.at(matrix, row, k)] - sum) / pivot;
    }
  }

  /** The same, a known row after the other. */
  private void rows(double[] a, double[] b, double[] x, int matrix, int row, int known, int count) {
    int width = to.columns;
    int at = to.at(matrix, row, 0);
    for (int k = 0; k < width; k++) {
      x[at + k] = b[sides.at(matrix, row, k)];
    }
    for (int j = known; j < known + count; j++) {
      double factor = a[triangles.at(matrix, row, j)];
      int other = to.at(matrix, j, 0);
      for (int k = 0; k < width; k++) {
        x[at + k] -= factor * x[other + k];
      }
    }
    double pivot = a[triangles.at(matrix, row, row)];
    for (int k = 0; k < width; k++) {
      x[at + k] /= pivot;
    }
  }
}
