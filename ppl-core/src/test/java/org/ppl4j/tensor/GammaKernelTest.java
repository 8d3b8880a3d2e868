package org.ppl4j.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.hipparchus.distribution.continuous.UniformRealDistribution;
import org.hipparchus.special.Gamma;
import org.hipparchus.stat.inference.KolmogorovSmirnovTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GammaKernelTest {

  /** Seeds are fixed, so a test either always passes or never does. */
  private static final double SIGNIFICANCE = 1e-3;

  private static double[] logDraws(double concentration, int n) {
    Rng rng = Rng.of(3, Rng.Purpose.MODEL, 0, "g").split(Double.doubleToLongBits(concentration));
    return IntStream.range(0, n)
        .mapToDouble(i -> GammaKernel.logDraw(rng, concentration))
        .toArray();
  }

  /** P(a, z), also where z is far below the smallest double: there it is z^a / Γ(a + 1). */
  private static double probability(double concentration, double logZ) {
    return logZ < -30
        ? Math.exp(concentration * logZ - Gamma.logGamma(concentration + 1))
        : Gamma.regularizedGammaP(concentration, Math.exp(logZ));
  }

  @ParameterizedTest
  @ValueSource(doubles = {1e-3, 0.02, 0.5, 0.999, 1, 1.5, 4, 50, 1e4})
  void quantilesOfDrawsAreUniform(double concentration) {
    double[] p = logDraws(concentration, 20_000);
    for (int i = 0; i < p.length; i++) {
      p[i] = probability(concentration, p[i]);
    }

    assertThat(
            new KolmogorovSmirnovTest().kolmogorovSmirnovTest(new UniformRealDistribution(0, 1), p))
        .isGreaterThan(SIGNIFICANCE);
  }

  @Test
  void logarithmsStayFiniteInSinglePrecision() {
    for (double draw : logDraws(1e-3, 100_000)) {
      assertThat((float) draw).isFinite();
    }
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, -1, Double.NaN, Double.POSITIVE_INFINITY})
  void badConcentrationsGiveNan(double concentration) {
    assertThat(logDraws(concentration, 1)).containsExactly(Double.NaN);
  }
}
