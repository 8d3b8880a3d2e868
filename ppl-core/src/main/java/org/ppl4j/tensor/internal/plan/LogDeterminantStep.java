package org.ppl4j.tensor.internal.plan;

/**
 * Logarithms of absolute determinants of {@linkplain FactorsStep factors}; −∞ for a singular
 * matrix.
 *
 * @param to where the first result goes, others behind it
 */
record LogDeterminantStep(Matrices factors, Memory.Place to) implements Action {

  @Override
  public void run(Store store) {
    double[][] buffers = store.doubles();
    double[] a = buffers[factors.buffer];
    for (int matrix = 0; matrix < factors.starts.length; matrix++) {
      double sum = 0;
      for (int i = 0; i < factors.columns; i++) {
        sum += Math.log(Math.abs(a[factors.at(matrix, i, i)]));
      }
      buffers[to.buffer()][to.offset() + matrix] = sum;
    }
  }
}
