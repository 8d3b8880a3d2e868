package org.ppl4j.tensor.plan;

/**
 * Solutions of triangular systems by substitution.
 *
 * @param triangles of which one triangle is read
 * @param to lies row by row
 */
record TriangularStep(Matrices triangles, Matrices sides, Matrices to, boolean upper)
    implements Step {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[triangles.buffer];
    double[] b = buffers[sides.buffer];
    double[] x = buffers[to.buffer];
    int n = to.rows;
    int width = to.columns;
    for (int matrix = 0; matrix < to.starts.length; matrix++) {
      for (int step = 0; step < n; step++) {
        int i = upper ? n - 1 - step : step;
        int row = to.at(matrix, i, 0);
        for (int k = 0; k < width; k++) {
          x[row + k] = b[sides.at(matrix, i, k)];
        }
        int first = upper ? i + 1 : 0;
        int last = upper ? n : i;
        for (int j = first; j < last; j++) {
          double factor = a[triangles.at(matrix, i, j)];
          int other = to.at(matrix, j, 0);
          for (int k = 0; k < width; k++) {
            x[row + k] -= factor * x[other + k];
          }
        }
        double pivot = a[triangles.at(matrix, i, i)];
        for (int k = 0; k < width; k++) {
          x[row + k] /= pivot;
        }
      }
    }
  }

  @Override
  public Cost cost() {
    return to.cost(0.5 * to.rows * to.rows * to.columns);
  }
}
