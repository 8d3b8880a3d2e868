package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.hipparchus.stat.correlation.Covariance;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
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
      Welford dense = new Welford(SIZE, true);
      Welford diagonal = new Welford(SIZE, false);
      for (double[] each : x) {
        dense.add(each, new double[SIZE]);
        diagonal.add(each, new double[SIZE]);
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

  /** Of N(0, s²), whose slope is −x/s². */
  private static Welford ofNormal(boolean isDense, double sd, boolean hasSlopes) {
    Welford estimate = new Welford(SIZE, isDense);
    Rng rng = Targets.noise(3);
    for (int n = 0; n < 25; n++) {
      double[] x = new double[SIZE];
      double[] slopes = new double[SIZE];
      for (int i = 0; i < SIZE; i++) {
        double z = rng.nextNormal();
        x[i] = sd * z;
        slopes[i] = -z / sd;
      }
      estimate.add(x, hasSlopes ? slopes : new double[SIZE]);
    }
    return estimate;
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbersOfSmallUnitsAreDrawnToTheirOwn(boolean isDense) {
    double[] expected = ofNormal(isDense, 0.1, true).regularised();
    for (double unit : new double[] {1e-12, 1e-6, 2}) {
      double[] found = ofNormal(isDense, 0.1 * unit, true).regularised();
      for (int i = 0; i < expected.length; i++) {
        assertThat(found[i] / (unit * unit)).isCloseTo(expected[i], within(1e-14));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void numbersOfLargeUnitsAreDrawnToStans(boolean isDense) {
    assertThat(ofNormal(isDense, 10, true).regularised())
        .containsExactly(ofNormal(isDense, 10, false).regularised());
  }

  @Test
  void slopesThatSayNothingLeaveStansUnit() {
    for (double slope : new double[] {0, 1e-3, Double.POSITIVE_INFINITY, Double.NaN}) {
      Welford estimate = new Welford(1, false);
      estimate.add(new double[] {2}, new double[] {slope});
      estimate.add(new double[] {2}, new double[] {slope});
      assertThat(estimate.regularised()[0]).isCloseTo(1e-3 * 5 / 7, within(1e-18));
    }
  }

  @Test
  void forgetsWhenItRestarts() {
    Welford estimate = new Welford(SIZE, false);
    Welford fresh = new Welford(SIZE, false);
    for (double[] x : vectors(7)) {
      estimate.add(x, x);
    }
    estimate.restart();
    for (double[] x : vectors(9)) {
      estimate.add(x, new double[SIZE]);
      fresh.add(x, new double[SIZE]);
    }

    assertThat(estimate.regularised()).containsExactly(fresh.regularised());
  }

  @Test
  void withoutVectorsItIsThePrior() {
    assertThat(new Welford(2, false).regularised()).containsExactly(1e-3, 1e-3);
  }
}
