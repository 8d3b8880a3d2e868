package org.ppl4j.infer.mcmc;

import java.util.Arrays;
import org.ejml.data.DMatrixRMaj;
import org.ejml.dense.row.decomposition.eig.SymmetricQRAlgorithmDecomposition_DDRM;
import org.ejml.dense.row.decomposition.hessenberg.TridiagonalDecompositionHouseholder_DDRM;

/**
 * The eigenvalues and eigenvectors of a symmetric matrix, by EJML on the thread that asks: EJML's
 * factory would take more threads for a large one.
 *
 * @param values in no order; NaN if the matrix is not finite
 * @param vectors a row for each value, orthonormal
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record SymmetricEigen(double[] values, double[][] vectors) {

  private static final double EPSILON = 0x1p-52;

  /** Of a matrix, of which the upper triangle counts. */
  static SymmetricEigen of(DMatrixRMaj symmetric) {
    int size = symmetric.numRows;
    double[] values = new double[size];
    double[][] vectors = new double[size][size];
    var found =
        new SymmetricQRAlgorithmDecomposition_DDRM(
            new TridiagonalDecompositionHouseholder_DDRM(), true);
    if (!found.decompose(symmetric.copy())) {
      Arrays.fill(values, Double.NaN);
      return new SymmetricEigen(values, vectors);
    }
    for (int k = 0; k < size; k++) {
      values[k] = found.getEigenvalue(k).getReal();
      vectors[k] = found.getEigenVector(k).data.clone();
    }
    return new SymmetricEigen(values, vectors);
  }

  /** V Dᵖ of V D Vᵀ (D, D), where values below rounding of the largest are raised to it. */
  DMatrixRMaj power(double power) {
    double least = EPSILON * Arrays.stream(values).max().orElse(0);
    DMatrixRMaj result = new DMatrixRMaj(values.length, values.length);
    for (int k = 0; k < values.length; k++) {
      double value = Math.pow(Math.max(values[k], least), power);
      for (int i = 0; i < values.length; i++) {
        result.set(i, k, value * vectors[k][i]);
      }
    }
    return result;
  }
}
