package org.ppl4j.infer.diagnostics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;
import static org.assertj.core.api.Assertions.within;

import com.google.common.primitives.ImmutableDoubleArray;
import java.util.Arrays;
import java.util.SplittableRandom;
import org.hipparchus.distribution.continuous.ChiSquaredDistribution;
import org.hipparchus.distribution.continuous.NormalDistribution;
import org.junit.jupiter.api.Test;

/** p-values in closed form, by Hipparchus. */
class PredictiveCheckTest {

  private static final int REPLICATIONS = 20_000;

  /** Four binomial standard errors. */
  private static double error(double p) {
    return 4 * Math.sqrt(p * (1 - p) / REPLICATIONS);
  }

  /**
   * A mean with a flat prior, of data of variance 1: given y it is N(ȳ, 1 / N), a new datum N(ȳ, 1
   * + 1 / N), the mean of new data N(ȳ, 2 / N).
   */
  @Test
  void ofANormalMean() {
    SplittableRandom random = new SplittableRandom(3);
    double[] y = {2.4, 0.1, -0.3, 1.8};
    double mean = Arrays.stream(y).average().orElseThrow();
    double[] replicated = new double[REPLICATIONS * y.length];
    for (int i = 0; i < REPLICATIONS; i++) {
      double drawn = mean + random.nextGaussian() / Math.sqrt(y.length);
      for (int j = 0; j < y.length; j++) {
        replicated[i * y.length + j] = drawn + random.nextGaussian();
      }
    }

    double first = PredictiveCheck.of("first", y, replicated, x -> x[0]).pValue();
    double expected = 1 - new NormalDistribution(mean, Math.sqrt(1.25)).cumulativeProbability(y[0]);
    assertThat(first).isCloseTo(expected, within(error(expected)));
    assertThat(PredictiveCheck.usual(y, replicated).get(0).pValue())
        .isCloseTo(0.5, within(error(0.5)));
  }

  /** The sum of squares of eight standard normal numbers. */
  @Test
  void ofASumOfSquares() {
    SplittableRandom random = new SplittableRandom(4);
    double[] replicated = new double[REPLICATIONS * 8];
    Arrays.setAll(replicated, i -> random.nextGaussian());
    double[] y = {2, -1, 0.5, 2, -1.5, 1, 0, 1};

    PredictiveCheck check =
        PredictiveCheck.of("squares", y, replicated, x -> Arrays.stream(x).map(v -> v * v).sum());

    double expected = 1 - new ChiSquaredDistribution(8).cumulativeProbability(13.5);
    assertThat(check.observed()).isEqualTo(13.5);
    assertThat(check.replicated().length()).isEqualTo(REPLICATIONS);
    assertThat(check.pValue()).isCloseTo(expected, within(error(expected)));
  }

  /** Of counts many are equal: a half of these. */
  @Test
  void equalFiguresCountHalf() {
    double[] counts = {0, 0, 0, 0, 3, 1, 0, 2};
    assertThat(PredictiveCheck.of("least", new double[] {0, 4}, counts, PredictiveCheckTest::least))
        .extracting(PredictiveCheck::pValue)
        .isEqualTo((0.5 + 0.5 + 1 + 0.5) / 4);
  }

  private static double least(double[] y) {
    return Arrays.stream(y).min().orElseThrow();
  }

  @Test
  void usualFigures() {
    double[] y = {1, 5, 3};
    assertThat(PredictiveCheck.usual(y, new double[] {9, 9, 9}))
        .extracting(PredictiveCheck::name, PredictiveCheck::observed, PredictiveCheck::pValue)
        .containsExactly(
            tuple("mean", 3.0, 1.0),
            tuple("sd", 2.0, 0.0),
            tuple("least", 1.0, 1.0),
            tuple("median", 3.0, 1.0),
            tuple("greatest", 5.0, 1.0));
    assertThat(PredictiveCheck.sd(new double[] {4})).isZero();
  }

  @Test
  void whatIsNotANumberIsNotJudged() {
    double nan = Double.NaN;
    assertThat(new PredictiveCheck("T", nan, ImmutableDoubleArray.of(1)).pValue()).isNaN();
    assertThat(new PredictiveCheck("T", 0, ImmutableDoubleArray.of(nan, 1)).pValue())
        .isEqualTo(0.75);
  }

  @Test
  void textHasTheFigures() {
    double[] figures = new double[101];
    Arrays.setAll(figures, i -> i);
    assertThat(new PredictiveCheck("sd", 97.5, ImmutableDoubleArray.copyOf(figures)))
        .hasToString("sd: observed 97.50, replicated 5.000 to 95.00, p = 0.030");
  }

  @Test
  void mistakesAreNamed() {
    double[] y = {1, Double.NaN};
    assertThatThrownBy(() -> PredictiveCheck.usual(y, new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "check 'mean' is of data whose observation 2 is NaN; leave it out here and in the"
                + " replications");
    assertThatThrownBy(() -> PredictiveCheck.usual(new double[0], new double[2]))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("check 'mean' is of no data; pass at least one observation");
    for (int length : new int[] {0, 3}) {
      assertThatThrownBy(() -> PredictiveCheck.usual(new double[2], new double[length]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "check 'mean' has %s replicated numbers, but there are 2 data; pass as many for each"
                  + " replication, of at least one",
              length);
    }
    assertThatThrownBy(() -> new PredictiveCheck("T", 0, ImmutableDoubleArray.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("check 'T' has no replications; draw at least one");
  }
}
