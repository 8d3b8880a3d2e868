package org.ppl4j.tensor.plan;

/**
 * Logarithms of absolute determinants by {@link Elimination}; −∞ for a singular matrix.
 *
 * @param to where the first result goes, others behind it
 * @param scratch a buffer for a matrix
 */
record LogDeterminantStep(Matrices from, Memory.Place to, int scratch) implements Action {

  private static final double[] NO_SIDES = {};

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[scratch];
    int n = from.rows;
    for (int matrix = 0; matrix < from.starts.length; matrix++) {
      from.read(buffers, matrix, a);
      Elimination.run(a, n, NO_SIDES, 0, 0);
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += Math.log(Math.abs(a[i * n + i]));
      }
      buffers[to.buffer()][to.offset() + matrix] = sum;
    }
  }
}
