package org.ppl4j.infer.density;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.Range;
import java.util.Arrays;
import java.util.Random;
import java.util.function.DoubleUnaryOperator;
import org.junit.jupiter.api.Test;
import org.ppl4j.infer.diagnostics.BinomialBand;

/** Whether masses of spikes are those of rows. */
class SpikeMassesTest {

  private static final int ROWS = 1500;
  private static final int TRIALS = 400;

  /**
   * How many of the trials are found right, of true probabilities and others.
   *
   * @param probability of each row, by a standard normal context
   * @param told what is said of it
   */
  private static int right(DoubleUnaryOperator probability, DoubleUnaryOperator told) {
    int right = 0;
    for (int trial = 0; trial < TRIALS; trial++) {
      Random random = new Random(trial);
      boolean[] events = new boolean[ROWS];
      double[] said = new double[ROWS];
      for (int i = 0; i < ROWS; i++) {
        double context = random.nextGaussian();
        events[i] = random.nextDouble() < probability.applyAsDouble(context);
        said[i] = told.applyAsDouble(context);
      }
      right += SpikeMasses.isCalibrated(said, events) ? 1 : 0;
    }
    return right;
  }

  private static double sigmoid(double x) {
    return 1 / (1 + Math.exp(-x));
  }

  @Test
  void whatIsRightIsRefusedOnceInTwenty() {
    DoubleUnaryOperator rising = x -> sigmoid(x - 2);
    DoubleUnaryOperator level = x -> 0.15;

    assertIsShare(right(rising, rising), 0.95);
    // without a slope there is one degree of freedom: 1.4% are beyond
    assertIsShare(right(level, level), 0.9856);
  }

  private static void assertIsShare(int right, double share) {
    Range<Integer> band = BinomialBand.of(TRIALS, share, 0.99);
    assertThat(right).isBetween(band.lowerEndpoint(), band.upperEndpoint());
  }

  @Test
  void whatIsOffOnAverageOrInItsSlopeIsSeen() {
    DoubleUnaryOperator rising = x -> sigmoid(x - 2);

    assertThat(right(rising, x -> 1.4 * rising.applyAsDouble(x))).isLessThan(TRIALS / 10);
    assertThat(right(rising, x -> sigmoid(0.6 * x - 1.8))).isLessThan(TRIALS / 4);
    assertThat(right(x -> 0.15, x -> sigmoid(0.5 * x - 1.8))).isLessThan(TRIALS / 10);
  }

  @Test
  void whatIsNoProbabilityIsNotRight() {
    boolean[] events = new boolean[3];
    for (double none : new double[] {0, 1, Double.NaN}) {
      double[] told = {0.1, 0.2, none};
      assertThat(SpikeMasses.isCalibrated(told, events)).as("%s", Arrays.toString(told)).isFalse();
    }
  }
}
