package org.ppl4j.distributions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.ppl4j.tensor.FloatType;
import org.ppl4j.tensor.Run;
import org.ppl4j.tensor.RunConfig;
import org.ppl4j.tensor.Tensors;
import org.ppl4j.testing.LeakCheck;

/** Log-masses and both tails of counts over many decades, against 120-digit arithmetic. */
@ExtendWith(LeakCheck.class)
class CountValuesTest {

  /** Of a log-mass of at least 1; a smaller one is a sum of terms of about 1. */
  private static final double LOG_MASS = 1e-12;

  /**
   * A few roundings in float32 of terms of 20, of the log-mass, and of a distance from the mean.
   */
  private static final double SINGLE = 6e-7;

  /** Of cdf and survival function, however small. */
  private static final double TAIL = 1e-10;

  private static Distribution of(String family, double first, Double second, Double third) {
    return switch (family) {
      case "Poisson" -> Poisson.of(first);
      case "Binomial" -> Binomial.logits((long) first, second);
      case "BetaBinomial" -> BetaBinomial.of(first, second, third.longValue());
      case "NegativeBinomial" -> NegativeBinomial.logits(first, second);
      case "GammaPoisson" -> GammaPoisson.of(first, second);
      case "Geometric" -> Geometric.logits(first);
      default -> throw new IllegalArgumentException(family);
    };
  }

  @ParameterizedTest
  @CsvFileSource(resources = "counts.csv")
  void agree(
      String family,
      double first,
      Double second,
      Double third,
      double x,
      double logMass,
      Double cdf,
      Double sf) {
    Distribution numbers = of(family, first, second, third);
    try (Run run = Run.open(RunConfig.defaults(), 0)) {
      Distribution distribution = numbers.on(run);
      NDArray value = run.scalar(x);

      assertThat(number(distribution.logProb(value)))
          .isCloseTo(logMass, within(LOG_MASS * Math.max(1, Math.abs(logMass))));
      if (cdf != null && sf != null) {
        assertThat(number(distribution.cdf(value))).as("cdf").isCloseTo(cdf, within(TAIL * cdf));
        assertThat(number(distribution.sf(value))).as("sf").isCloseTo(sf, within(TAIL * sf));
      }
    }
    try (Run run = Run.open(RunConfig.defaults().withFloatType(FloatType.FLOAT32), 0)) {
      double single = number(numbers.on(run).logProb(run.scalar(x)));
      assertThat(single)
          .as("float32")
          .isCloseTo(logMass, within(SINGLE * (20 + Math.abs(logMass) + 4 * Math.sqrt(x))));
    }
  }

  private static double number(NDArray value) {
    return Tensors.values(value)[0];
  }
}
