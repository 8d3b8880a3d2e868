package org.ppl4j.internal.math;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Solutions put back into their equations. */
class PivotedFactorsTest {

  private static final int STRIDE = 3;

  private static double[] factors(int n, double... matrix) {
    double[] factors = Arrays.copyOf(matrix, n * (n + 1));
    PivotedFactors.factor(factors, 0, n);
    return factors;
  }

  /** Matrices of all sizes, some with a diagonal of zeros; three right sides in turn. */
  @Test
  void solutionsFulfilTheirEquations() {
    SplittableRandom random = new SplittableRandom(20261128);
    for (int n = 1; n <= 12; n++) {
      for (int round = 0; round < 10; round++) {
        double[] matrix = new double[n * n];
        for (int i = 0; i < n; i++) {
          for (int j = 0; j < n; j++) {
            matrix[i * n + j] = i == j && n > 1 && round % 2 == 0 ? 0 : random.nextDouble() - 0.5;
          }
        }
        double[] sides = random.doubles((long) n * STRIDE).toArray();
        double[] x = sides.clone();

        double[] factors = factors(n, matrix);
        for (int q = 0; q < STRIDE; q++) {
          PivotedFactors.solve(factors, n, x, q, STRIDE);
        }

        for (int i = 0; i < n; i++) {
          for (int q = 0; q < STRIDE; q++) {
            double sum = 0;
            double largest = 1;
            for (int j = 0; j < n; j++) {
              sum += matrix[i * n + j] * x[j * STRIDE + q];
              largest = Math.max(largest, Math.abs(x[j * STRIDE + q]));
            }
            // Elimination is backward stable: the residual is of the size of the solution.
            assertThat(sum).isCloseTo(sides[i * STRIDE + q], within(1e-13 * largest));
          }
        }
      }
    }
  }

  @Test
  void rowsAreExchanged() {
    double[] factors = factors(2, 0, 2, 4, 0);
    double[] x = {6, 8};

    PivotedFactors.solve(factors, 2, x, 0, 1);

    assertThat(factors).containsExactly(4, 0, 0, 2, 2, 2);
    assertThat(PivotedFactors.exchanged(factors, 2, 0)).isEqualTo(1);
    assertThat(x).containsExactly(2, 3);
  }

  @Test
  void aSingularMatrixHasNoFiniteSolution() {
    double[] x = {1, 2};

    PivotedFactors.solve(factors(2, 1, 1, 1, 1), 2, x, 0, 1);

    assertThat(Double.isFinite(x[0]) && Double.isFinite(x[1])).isFalse();
  }
}
