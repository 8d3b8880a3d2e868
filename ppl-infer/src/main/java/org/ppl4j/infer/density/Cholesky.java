package org.ppl4j.infer.density;

/**
 * The lower triangular L with L Lᵀ = A + r I, of a positive semidefinite A with a diagonal of about
 * 1; its ridge r keeps columns that are sums of others apart from rounding.
 */
final class Cholesky {

  /** r. */
  static final double RIDGE = 1e-6;

  private final int size;
  private final double[] factor;

  /** With L, row by row. */
  Cholesky(int size, double[] factor) {
    this.size = size;
    this.factor = factor;
  }

  /** Of the lower triangle of A, row by row. */
  static Cholesky of(int size, double[] matrix) {
    double[] factor = new double[size * size];
    for (int a = 0; a < size; a++) {
      for (int b = 0; b <= a; b++) {
        double rest = matrix[a * size + b] + (a == b ? RIDGE : 0);
        for (int k = 0; k < b; k++) {
          rest -= factor[a * size + k] * factor[b * size + k];
        }
        factor[a * size + b] =
            a == b ? Math.sqrt(Math.max(rest, RIDGE)) : rest / factor[b * size + b];
      }
    }
    return new Cholesky(size, factor);
  }

  /** That of the mean of x xᵀ over the rows x of a table. */
  static Cholesky ofProducts(Table rows) {
    int size = rows.columns();
    double[] products = new double[size * size];
    for (int i = 0; i < rows.rows(); i++) {
      for (int a = 0; a < size; a++) {
        double share = rows.number(i, a) / rows.rows();
        for (int b = 0; b <= a; b++) {
          products[a * size + b] += share * rows.number(i, b);
        }
      }
    }
    return of(size, products);
  }

  /** L, row by row; not a copy. */
  double[] factor() {
    return factor;
  }

  /** The w with L w = x. */
  double[] whitened(double[] x) {
    double[] white = new double[size];
    for (int a = 0; a < size; a++) {
      double rest = x[a];
      for (int k = 0; k < a; k++) {
        rest -= factor[a * size + k] * white[k];
      }
      white[a] = rest / factor[a * size + a];
    }
    return white;
  }

  /** The b with L Lᵀ b = x. */
  double[] solved(double[] x) {
    double[] solution = whitened(x);
    for (int a = size - 1; a >= 0; a--) {
      for (int k = a + 1; k < size; k++) {
        solution[a] -= factor[k * size + a] * solution[k];
      }
      solution[a] /= factor[a * size + a];
    }
    return solution;
  }
}
