package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.infer.Progress;
import org.ppl4j.testing.LeakCheck;

/** A few numbers far out, in rows or in contexts, leave what is learned of all others. */
@ExtendWith(LeakCheck.class)
class OutliersTest {

  private static final int ROWS = 1000;

  private static final Training QUICK =
      Training.standard().steps(300).rate(0.02).decay(0).progress(Progress.silent());

  private static final double LOG_TWO_PI = Math.log(2 * Math.PI);

  /**
   * What a fit to so many rows may lose, and the chance in as many others: 3 of 1 / √(2 · 1000).
   */
  private static final double LOSS = 0.07;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static double[] gaussians(long seed) {
    Random random = new Random(seed);
    double[] z = new double[ROWS];
    Arrays.setAll(z, i -> random.nextGaussian());
    return z;
  }

  private static double mean(NDArray logs) {
    return Arrays.stream(logs.toDoubleArray()).average().orElseThrow();
  }

  /** The mean log-density of standard normal numbers, times a scale. */
  private static double truth(double[] z, double scale) {
    return Arrays.stream(z).map(x -> -(x * x + LOG_TWO_PI) / 2).average().orElseThrow()
        - Math.log(scale);
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e3, -1e6, 1e10, 1e17, -1e30})
  void aRowFarOutLeavesTheDensityOfTheOthers(double far) {
    double[] rows = gaussians(1);
    rows[500] = far;
    double[] others = gaussians(2);
    try (Density density =
        DensityEstimator.of(AffineFlows::normal).training(QUICK).fit(manager.create(rows))) {
      assertThat(mean(density.logProb(manager.create(others))))
          .as("with a row at %s", far)
          .isGreaterThan(truth(others, 1) - LOSS);
      assertThat(density.logProb(manager.create(new double[] {far})).getDouble())
          .as("the row far out itself")
          .isGreaterThan(-Math.log(Math.abs(far)) - 40);
    }
  }

  /** The mean log-density of y = z + noise / 10 given x, of other rows than it was learned from. */
  private double regression(double[] z, double[] x, double[] otherX) {
    double[] noise = gaussians(5);
    double[] y = new double[ROWS];
    Arrays.setAll(y, i -> z[i] + noise[i] / 10);
    double[] otherNoise = gaussians(6);
    double[] others = new double[ROWS];
    double[] otherZ = gaussians(4);
    Arrays.setAll(others, i -> otherZ[i] + otherNoise[i] / 10);
    try (ConditionalDensity density =
        ConditionalDensityEstimator.of(AffineFlows::regression)
            .training(QUICK)
            .fit(manager.create(y), manager.create(x))) {
      NDArray logs = density.logProb(manager.create(others), manager.create(otherX));
      return mean(logs) - truth(otherNoise, 0.1);
    }
  }

  @Test
  void contextsFarOutLeaveTheOthersWithinReach() {
    double[] z = gaussians(3);
    double[] x = z.clone();
    for (int i = 0; i < ROWS; i += 200) {
      x[i] = 1e9 * (i - 500);
    }
    // Five rows say nothing: at scores of 4 they add 0.005 · (4² + 1) to the noise of 0.01, which
    // costs log 3. Were the others all in one place, they would lose log 10.
    assertThat(regression(z, x, gaussians(4))).isGreaterThan(-1.2);
  }

  @Test
  void contextsOfManyScalesAreReadByTheirScores() {
    double[] z = gaussians(3);
    double[] x = Arrays.stream(z).map(v -> Math.exp(4 * v)).toArray();
    double[] otherX = Arrays.stream(gaussians(4)).map(v -> Math.exp(4 * v)).toArray();
    // Scores of 1,000 numbers are off by 0.05 or so, half of the noise.
    assertThat(regression(z, x, otherX)).isGreaterThan(-0.5);
  }

  /** As a pixel at the edge of a picture. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 5, 20})
  void contextsThatAreNearlyAlwaysTheSameAreLearnedFrom(int others) {
    double[] z = gaussians(3);
    double[] x = new double[ROWS];
    for (int i = 0; i < others; i++) {
      x[i] = z[i];
    }
    assertThat(regression(z, x, new double[ROWS])).isFinite();
  }
}
