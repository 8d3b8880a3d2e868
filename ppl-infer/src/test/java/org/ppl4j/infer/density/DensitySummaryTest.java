package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.errorprone.annotations.MustBeClosed;
import java.util.Arrays;
import java.util.Random;
import org.hipparchus.distribution.continuous.LogNormalDistribution;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.ppl4j.constraints.Constraint;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** Means and intervals, by flows whose maximum likelihood is a formula. */
@ExtendWith(LeakCheck.class)
class DensitySummaryTest {

  private static final Training QUICK =
      Training.standard().steps(600).batch(128).rate(0.03).decay(0).progress(Progress.silent());

  private static final DensityEstimator NORMAL =
      DensityEstimator.of(AffineFlows::normal).training(QUICK);

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] normals(int n) {
    Random random = new Random(6);
    double[] numbers = new double[n];
    Arrays.setAll(numbers, i -> random.nextGaussian());
    return numbers;
  }

  @Test
  void ofOneColumnByItsQuantiles() {
    double[] y = Arrays.stream(normals(3000)).map(z -> Math.exp(1 + 0.5 * z)).toArray();
    LogNormalDistribution truth = new LogNormalDistribution(1, 0.5);
    try (Density density = NORMAL.support(Constraint.POSITIVE).fit(manager.create(y))) {
      PredictionInterval interval = density.interval(0.9, manager);
      double[] ends = density.quantile(manager.create(new double[] {0.05, 0.95})).toDoubleArray();

      assertThat(density.mean(manager).toDoubleArray()[0])
          .isCloseTo(truth.getNumericalMean(), within(0.1));
      assertThat(interval.low().toDoubleArray()[0]).isCloseTo(ends[0], within(1e-12));
      assertThat(interval.high().toDoubleArray()[0]).isCloseTo(ends[1], within(1e-12));
      assertThat(interval.low().getShape()).isEqualTo(new Shape(1));
      assertThatThrownBy(() -> density.interval(1, manager))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("density has no interval of probability 1.0; pass a number between 0 and 1");
    }
  }

  @Test
  void ofSeveralColumnsByDraws() {
    double[] z = normals(6000);
    double[] values = new double[z.length];
    Arrays.setAll(values, i -> i % 2 == 0 ? 100 + 5 * z[i] : -0.3 + 0.01 * z[i]);
    try (Density density = NORMAL.fit(manager.create(values, new Shape(3000, 2)))) {
      double[] mean = density.mean(manager).toDoubleArray();
      double[] low = density.interval(0.9, manager).low().toDoubleArray();
      double[] high = density.interval(0.9, manager).high().toDoubleArray();

      // Standard errors are 0.02 sd of the mean and 0.04 sd of the ends.
      assertThat(mean[0]).isCloseTo(100, within(0.5));
      assertThat(mean[1]).isCloseTo(-0.3, within(0.001));
      assertThat(low[0]).isCloseTo(100 - 5 * 1.645, within(0.8));
      assertThat(high[1]).isCloseTo(-0.3 + 0.01 * 1.645, within(0.0016));
    }
  }

  /** Of y = 20 − 3 x + 0.5 z and another column, given more contexts than are held at once. */
  @Test
  void givenEachContext() {
    double[] z = normals(4000);
    double[] x = new Random(2).doubles(2000, -2, 2).toArray();
    double[] y = new double[4000];
    for (int i = 0; i < 2000; i++) {
      y[2 * i] = 20 - 3 * x[i] + 0.5 * z[2 * i];
      y[2 * i + 1] = 1 + 2 * x[i] + 0.1 * z[2 * i + 1];
    }
    double[] at = new double[300];
    Arrays.setAll(at, i -> -1.5 + i / 100.0);
    NDArray contexts = manager.create(at);
    try (ConditionalDensity one = fit(y, x, 1);
        ConditionalDensity two = fit(y, x, 2)) {
      for (ConditionalDensity density : new ConditionalDensity[] {one, two}) {
        int dim = density.dim();
        NDArray means = density.mean(contexts);
        double[] mean = means.toDoubleArray();
        PredictionInterval interval = density.interval(0.9, contexts);
        double[] low = interval.low().toDoubleArray();

        assertThat(means.getShape()).isEqualTo(new Shape(300, dim));
        assertThat(interval.high().getShape()).isEqualTo(new Shape(300, dim));
        for (int i = 0; i < at.length; i++) {
          assertThat(mean[i * dim]).isCloseTo(20 - 3 * at[i], within(0.15));
          assertThat(low[i * dim]).isCloseTo(20 - 3 * at[i] - 0.8224, within(0.2));
        }
      }
    }
  }

  @MustBeClosed
  private ConditionalDensity fit(double[] y, double[] x, int dim) {
    double[] columns = new double[2000 * dim];
    Arrays.setAll(columns, i -> y[2 * (i / dim) + i % dim]);
    return ConditionalDensityEstimator.of(AffineFlows::regression)
        .training(QUICK.rate(0.02))
        .fit(manager.create(columns, new Shape(2000, dim)), manager.create(x));
  }
}
