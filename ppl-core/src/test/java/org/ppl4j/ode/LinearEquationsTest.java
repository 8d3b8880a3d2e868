package org.ppl4j.ode;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Solutions put back into their equations. */
class LinearEquationsTest {

  private static final int STRIDE = 3;

  /** Matrices of all sizes, some with a diagonal of zeros; three right sides in turn. */
  @Test
  void solutionsFulfilTheirEquations() {
    SplittableRandom random = new SplittableRandom(20261128);
    for (int size = 1; size <= 12; size++) {
      LinearEquations equations = new LinearEquations(size);
      for (int round = 0; round < 10; round++) {
        double[][] matrix = new double[size][size];
        for (int i = 0; i < size; i++) {
          for (int j = 0; j < size; j++) {
            matrix[i][j] = i == j && size > 1 && round % 2 == 0 ? 0 : random.nextDouble() - 0.5;
            equations.matrix()[i][j] = matrix[i][j];
          }
        }
        double[] sides = random.doubles((long) size * STRIDE).toArray();
        double[] x = new double[sides.length];

        equations.eliminate();
        for (int q = 0; q < STRIDE; q++) {
          equations.solve(sides, q, STRIDE, x);
        }

        for (int i = 0; i < size; i++) {
          for (int q = 0; q < STRIDE; q++) {
            double sum = 0;
            double largest = 1;
            for (int j = 0; j < size; j++) {
              sum += matrix[i][j] * x[j * STRIDE + q];
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
  void aRightSideMayBeWhereTheSolutionGoes() {
    LinearEquations equations = new LinearEquations(2);
    equations.matrix()[0][1] = 2;
    equations.matrix()[1][0] = 4;
    double[] both = {6, 8};

    equations.eliminate();
    equations.solve(both, 0, 1, both);

    assertThat(both).containsExactly(2, 3);
  }

  @Test
  void aSingularMatrixHasNoFiniteSolution() {
    LinearEquations equations = new LinearEquations(2);
    for (double[] row : equations.matrix()) {
      row[0] = 1;
      row[1] = 1;
    }
    double[] x = new double[2];

    equations.eliminate();
    equations.solve(new double[] {1, 2}, 0, 1, x);

    assertThat(Double.isFinite(x[0]) && Double.isFinite(x[1])).isFalse();
  }
}
