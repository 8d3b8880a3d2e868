package org.ppl4j.internal.math;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.linear.CholeskyDecomposition;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;

/** Factors and inverses, as Hipparchus has them. */
class CholeskyTest {

  private static final double[] MATRIX = {4, 2, 0.6, 2, 5, 1, 0.6, 1, 3};

  @Test
  void factorAndInverse() {
    RealMatrix matrix =
        MatrixUtils.createRealMatrix(new double[][] {{4, 2, 0.6}, {2, 5, 1}, {0.6, 1, 3}});
    RealMatrix lower = new CholeskyDecomposition(matrix).getL();
    RealMatrix inverse = MatrixUtils.inverse(matrix);

    double[] factor = requireNonNull(Cholesky.factor(MATRIX, 3));
    double[] found = Cholesky.inverse(factor, 3);

    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        if (j <= i) {
          assertThat(factor[3 * i + j]).isCloseTo(lower.getEntry(i, j), within(1e-14));
        }
        assertThat(found[3 * i + j]).isCloseTo(inverse.getEntry(i, j), within(1e-14));
      }
    }
  }

  @Test
  void anIndefiniteMatrixHasNone() {
    assertThat(Cholesky.factor(new double[] {1, 2, 2, 1}, 2)).isNull();
    assertThat(Cholesky.factor(new double[] {Double.NaN}, 1)).isNull();
  }
}
