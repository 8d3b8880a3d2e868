package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.stat.correlation.Covariance;
import org.junit.jupiter.api.Test;
import org.ppl4j.tensor.Rng;

/** Variances against Hipparchus, with the regularisation of Stan's manual. */
class WelfordTest {

  private static final int SIZE = 3;

  private static double[][] vectors(int count) {
    Rng rng = Targets.noise(2);
    double[][] vectors = new double[count][SIZE];
    for (double[] x : vectors) {
      double common = rng.nextNormal();
      for (int i = 0; i < SIZE; i++) {
        x[i] = 1000 + i * common + rng.nextNormal();
      }
    }
    return vectors;
  }

  @Test
  void covariancesAreThoseOfTheSampleDrawnTowardsTheUnitMatrix() {
    for (int n : new int[] {2, 25, 500}) {
      double[][] x = vectors(n);
      double[][] expected = new Covariance(x).getCovarianceMatrix().getData();
      Welford dense = Welford.of(Metric.DENSE, SIZE);
      Welford diagonal = Welford.of(Metric.DIAGONAL, SIZE);
      for (double[] each : x) {
        dense.add(each);
        diagonal.add(each);
      }

      for (int i = 0; i < SIZE; i++) {
        for (int j = 0; j < SIZE; j++) {
          double wanted = n / (n + 5.0) * expected[i][j] + (i == j ? 1e-3 * 5 / (n + 5.0) : 0);
          assertThat(dense.regularised()[i * SIZE + j]).isCloseTo(wanted, within(1e-10));
          if (i == j) {
            assertThat(diagonal.regularised()[i]).isCloseTo(wanted, within(1e-10));
          }
        }
      }
    }
  }

  @Test
  void forgetsWhenItRestarts() {
    Welford estimate = Welford.of(Metric.DIAGONAL, SIZE);
    Welford fresh = Welford.of(Metric.DIAGONAL, SIZE);
    for (double[] x : vectors(7)) {
      estimate.add(x);
    }
    estimate.restart();
    for (double[] x : vectors(9)) {
      estimate.add(x);
      fresh.add(x);
    }

    assertThat(estimate.regularised()).containsExactly(fresh.regularised());
  }

  @Test
  void withoutVectorsItIsThePrior() {
    assertThat(Welford.of(Metric.DIAGONAL, 2).regularised()).containsExactly(1e-3, 1e-3);
  }
}
