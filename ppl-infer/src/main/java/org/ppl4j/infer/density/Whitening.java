package org.ppl4j.infer.density;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import java.util.Arrays;
import org.ppl4j.internal.math.Cholesky;
import org.ppl4j.tensor.Linalg;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;

/**
 * The map of rows x to the solutions w of L w = x, where L Lᵀ is the mean of x xᵀ over rows in
 * standard units plus a ridge, which keeps columns that are sums of others apart from rounding.
 */
final class Whitening {

  /** The ridge, beside a diagonal of about 1. */
  static final double RIDGE = 1e-6;

  private final int columns;
  private final double[] factor;

  /** With L, row by row. */
  Whitening(int columns, double[] factor) {
    this.columns = columns;
    this.factor = factor;
  }

  /** That of these rows. */
  static Whitening of(Table rows) {
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      return new Whitening(
          rows.columns(), run.withoutGradients(() -> Tensors.values(factor(tensor(run, rows)))));
    }
  }

  /** The rows of a table, {@code (N, C)}. */
  static NDArray tensor(Run run, Table rows) {
    return run.create(rows.values(), new Shape(rows.rows(), rows.columns()));
  }

  /** L of rows {@code (N, C)}. */
  static NDArray factor(NDArray rows) {
    Shape shape = rows.getShape();
    double[] ridge = new double[Math.toIntExact(shape.get(1))];
    Arrays.fill(ridge, RIDGE);
    NDArray moments = rows.transpose().matMul(rows).div(shape.get(0));
    NDArray diagonal = Tensors.run(rows).create(ridge, new Shape(ridge.length));
    return Linalg.cholesky(moments.add(Linalg.diagonalMatrix(diagonal)));
  }

  /** L, row by row; not a copy. */
  double[] factor() {
    return factor;
  }

  /** The w of each row, one after the other. */
  double[] whitened(Table rows) {
    double[] all = new double[rows.rows() * columns];
    for (int i = 0; i < rows.rows(); i++) {
      double[] row = rows.row(i).clone();
      Cholesky.solve(factor, row);
      System.arraycopy(row, 0, all, i * columns, columns);
    }
    return all;
  }
}
