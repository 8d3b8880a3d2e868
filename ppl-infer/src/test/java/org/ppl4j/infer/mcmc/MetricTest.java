package org.ppl4j.infer.mcmc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.util.Arrays;
import java.util.stream.Stream;
import org.hipparchus.linear.MatrixUtils;
import org.hipparchus.linear.RealMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppl4j.tensor.Rng;

/** What every metric keeps, of N(0, Σ), whose gradient is −Σ⁻¹ x. */
class MetricTest {

  private static final int DRAWS = 4000;
  private static final double[] SCALES = {0.1, 1, 10};

  static Stream<Metric> metrics() {
    return Stream.of(Metric.LOW_RANK, Metric.DIAGONAL, Metric.DENSE);
  }

  /** Of correlations ρ. */
  private static RealMatrix covariance(double correlation) {
    RealMatrix covariance = MatrixUtils.createRealMatrix(3, 3);
    for (int i = 0; i < 3; i++) {
      for (int j = 0; j < 3; j++) {
        covariance.setEntry(i, j, SCALES[i] * SCALES[j] * (i == j ? 1 : correlation));
      }
    }
    return covariance;
  }

  private static void add(MassEstimate to, double correlation, int count) {
    Rng rng = Targets.noise(1);
    RealMatrix precision = MatrixUtils.inverse(covariance(correlation));
    for (int n = 0; n < count; n++) {
      double common = Math.sqrt(correlation) * rng.nextNormal();
      double[] x = new double[3];
      Arrays.setAll(x, i -> SCALES[i] * (common + Math.sqrt(1 - correlation) * rng.nextNormal()));
      to.add(x, precision.operate(Arrays.stream(x).map(v -> -v).toArray()));
    }
  }

  private static double variance(MassMatrix mass, int i) {
    double[] momentum = new double[3];
    double[] velocity = new double[3];
    momentum[i] = 1;
    mass.velocity(momentum, velocity);
    return velocity[i];
  }

  /** Within 10%, four standard errors of variances of 4,000 draws. */
  @ParameterizedTest
  @MethodSource("metrics")
  void scalesAreLearned(Metric metric) {
    MassEstimate estimate = metric.estimate(3);
    add(estimate, 0, DRAWS);

    for (int i = 0; i < 3; i++) {
      assertThat(variance(estimate.mass(), i))
          .isCloseTo(SCALES[i] * SCALES[i], withinPercentage(10));
    }
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void fewDrawsGiveMatricesThatAreFiniteAndPositive(Metric metric) {
    for (int count = 0; count < 4; count++) {
      MassEstimate estimate = metric.estimate(3);
      add(estimate, 0.5, count);
      for (int i = 0; i < 3; i++) {
        assertThat(variance(estimate.mass(), i)).isPositive().isFinite();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("metrics")
  void restartsForget(Metric metric) {
    MassEstimate estimate = metric.estimate(3);
    MassEstimate fresh = metric.estimate(3);
    add(estimate, 0.9, 7);
    estimate.restart();
    add(estimate, 0.3, 9);
    add(fresh, 0.3, 9);

    assertThat(estimate.mass().numbers()).containsExactly(fresh.mass().numbers());
  }

  /** A chain goes on by them. */
  @ParameterizedTest
  @MethodSource("metrics")
  void numbersMakeTheSameMatrixToTheBit(Metric metric) {
    MassEstimate estimate = metric.estimate(3);
    add(estimate, 0.9, 40);
    MassMatrix mass = estimate.mass();
    MassMatrix again = MassMatrix.of(mass.numbers());
    double[] momentum = new double[3];
    double[] same = new double[3];
    mass.draw(Targets.noise(2), momentum);
    again.draw(Targets.noise(2), same);

    assertThat(again).isInstanceOf(mass.getClass());
    assertThat(same).containsExactly(momentum);
    for (int i = 0; i < 3; i++) {
      assertThat(variance(again, i)).isEqualTo(variance(mass, i));
    }
  }

  @Test
  void matricesThatAreNoneAreRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MassMatrix.diagonal(1, 0))
        .withMessage("mass matrix has variance 0.0, but it must be positive and finite");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> MassMatrix.dense(new double[3], 2))
        .withMessage("mass matrix has 3 covariances, but 2 numbers have 4; pass all, row by row");
  }
}
