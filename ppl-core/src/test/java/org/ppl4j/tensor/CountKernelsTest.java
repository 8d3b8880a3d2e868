package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.function.DoubleSupplier;
import org.assertj.core.data.Percentage;
import org.hipparchus.distribution.IntegerDistribution;
import org.hipparchus.distribution.discrete.BinomialDistribution;
import org.hipparchus.distribution.discrete.PoissonDistribution;
import org.hipparchus.stat.inference.ChiSquareTest;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.ppl4j.internal.math.SaddlePoint;

class CountKernelsTest {

  /** Seeds are fixed, so a test either always passes or never does. */
  private static final double SIGNIFICANCE = 1e-3;

  private static final int DRAWS = 50_000;

  private static Rng stream(double parameter) {
    return Rng.of(11, Rng.Purpose.MODEL, 0, "n").split(Double.doubleToLongBits(parameter));
  }

  /** Chi-square over at most forty bins of at least ten expected draws. */
  private static double chiSquare(IntegerDistribution distribution, DoubleSupplier draws) {
    int step = (int) Math.max(1, Math.sqrt(distribution.getNumericalVariance()) / 5);
    int low = distribution.inverseCumulativeProbability(2e-4);
    int bins = (distribution.inverseCumulativeProbability(1 - 2e-4) - low) / step + 2;
    double[] expected = new double[bins];
    for (int bin = 0; bin < bins; bin++) {
      double to = bin == bins - 1 ? 1 : distribution.cumulativeProbability(low + bin * step);
      double from = bin == 0 ? 0 : distribution.cumulativeProbability(low + (bin - 1) * step);
      expected[bin] = DRAWS * (to - from) + 1e-9;
    }
    long[] counts = new long[bins];
    for (int i = 0; i < DRAWS; i++) {
      double draw = draws.getAsDouble();
      assertThat(draw).isEqualTo(Math.rint(draw)).isNotNegative();
      int bin = (int) Math.ceil((draw - low) / step);
      counts[Math.min(Math.max(bin, 0), bins - 1)]++;
    }
    return new ChiSquareTest().chiSquareTest(expected, counts);
  }

  @Nested
  class Poisson {

    @ParameterizedTest
    @ValueSource(doubles = {0.01, 0.5, 3, 9.9, 10, 25.5, 400, 1e6})
    void drawsFollowThePoissonLaw(double rate) {
      Rng rng = stream(rate);

      double p = chiSquare(new PoissonDistribution(rate), () -> PoissonKernel.draw(rng, rate));

      assertThat(p).isGreaterThan(SIGNIFICANCE);
    }

    @Test
    void edges() {
      Rng rng = stream(0);

      assertThat(PoissonKernel.draw(rng, 0)).isZero();
      assertThat(PoissonKernel.draw(rng, -1)).isNaN();
      assertThat(PoissonKernel.draw(rng, Double.NaN)).isNaN();
      assertThat(PoissonKernel.draw(rng, Double.POSITIVE_INFINITY)).isNaN();
      assertThat(PoissonKernel.draw(rng, 1e15)).isCloseTo(1e15, Percentage.withPercentage(1e-4));
    }
  }

  @Nested
  class Binomial {

    @ParameterizedTest
    @CsvSource({
      "1, 0.3",
      "10, 0.5",
      "20, 0.499",
      "20, 0.501",
      "21, 0.5",
      "1000, 0.001",
      "1000, 0.0101",
      "1000, 0.7",
      "1000, 0.999",
      "100000, 0.3",
      "1000000000, 1e-9"
    })
    void drawsFollowTheBinomialLaw(int count, double p) {
      Rng rng = stream(p).split(count);

      double significance =
          chiSquare(new BinomialDistribution(count, p), () -> BinomialKernel.draw(rng, count, p));

      assertThat(significance).isGreaterThan(SIGNIFICANCE);
    }

    @Test
    void edges() {
      Rng rng = stream(0);

      assertThat(BinomialKernel.draw(rng, 0, 0.5)).isZero();
      assertThat(BinomialKernel.draw(rng, 9, 0)).isZero();
      assertThat(BinomialKernel.draw(rng, 9, 1)).isEqualTo(9);
      assertThat(BinomialKernel.draw(rng, 1e15, 0.5))
          .isCloseTo(5e14, Percentage.withPercentage(1e-4));
      assertThat(BinomialKernel.draw(rng, 9, 1.1)).isNaN();
      assertThat(BinomialKernel.draw(rng, -1, 0.5)).isNaN();
      assertThat(BinomialKernel.draw(rng, 1.5, 0.5)).isNaN();
      assertThat(BinomialKernel.draw(rng, 9, Double.NaN)).isNaN();
    }
  }

  @Nested
  class SaddlePoints {

    @ParameterizedTest
    @CsvSource({"0, 3", "1, 3", "7, 3", "16, 30", "100, 100.5", "1000, 300"})
    void poissonProbabilities(int k, double rate) {
      double expected = new PoissonDistribution(rate).logProbability(k);

      assertThat(SaddlePoint.logPoisson(k, rate))
          .isCloseTo(expected, Percentage.withPercentage(1e-9));
    }

    @ParameterizedTest
    @CsvSource({"0, 5, 0.3", "5, 5, 0.3", "3, 5, 0.3", "40, 100, 0.5", "900, 1000, 0.2"})
    void binomialProbabilities(int k, int n, double p) {
      double expected = new BinomialDistribution(n, p).logProbability(k);

      assertThat(SaddlePoint.logBinomial(k, n, p))
          .isCloseTo(expected, Percentage.withPercentage(1e-9));
    }
  }

  @Nested
  class Categorical {

    private final double[] weights = {9, 0, 1, 3, 0, 6, 9};

    @Test
    void drawsFollowTheWeights() {
      Rng rng = stream(1);
      long[] counts = new long[3];
      int[] bin = {0, 1, -1, 2}; // no bin for weight 0: a draw of it fails
      for (int i = 0; i < DRAWS; i++) {
        counts[bin[CategoricalKernel.draw(rng.nextUniform(), weights, 2, 4)]]++;
      }

      assertThat(new ChiSquareTest().chiSquareTest(new double[] {1, 3, 6}, counts))
          .isGreaterThan(SIGNIFICANCE);
    }

    @Test
    void extremeUniformsNeverHitWeightZero() {
      assertThat(CategoricalKernel.draw(0x1p-53, new double[] {0, 1, 0}, 0, 3)).isEqualTo(1);
      assertThat(CategoricalKernel.draw(1 - 0x1p-53, new double[] {0, 1, 0}, 0, 3)).isEqualTo(1);
      assertThat(CategoricalKernel.draw(1 - 0x1p-53, new double[] {1, 1e-300, 0}, 0, 3))
          .isLessThan(2);
    }

    @Test
    void impossibleWeightsAreRefused() {
      assertThatThrownBy(() -> CategoricalKernel.draw(0.5, new double[] {1, -2}, 0, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("categorical weight 1 is -2.0; weights must not be negative");
      assertThatThrownBy(() -> CategoricalKernel.draw(0.5, new double[] {0, 0}, 0, 2))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "categorical weights add up to 0.0; at least one must be positive and all finite");
    }
  }
}
