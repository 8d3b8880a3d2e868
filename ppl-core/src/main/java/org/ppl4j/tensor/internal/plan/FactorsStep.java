package org.ppl4j.tensor.internal.plan;

import org.ppl4j.internal.math.PivotedFactors;

/**
 * {@linkplain PivotedFactors Factors} of matrices.
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
      PivotedFactors.factor(a, start, from.rows);
    }
  }
}
