package org.ppl4j.infer.internal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GeneralizedParetoTest {

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 5})
  void fewExcessesHaveALaw(int count) {
    double[] x = IntStream.rangeClosed(1, count).mapToDouble(i -> i).toArray();
    GeneralizedPareto law = GeneralizedPareto.likeliest(x);
    assertThat(law.shape()).isFinite();
    assertThat(law.scale()).isFinite().isPositive();
  }

  /** Quantiles of an exponential law of scale 2, by which the fit is off by some 1 in n. */
  @Test
  void thatOfAnExponentialLawIsFound() {
    int n = 2000;
    double[] x = IntStream.range(0, n).mapToDouble(i -> -2 * Math.log1p(-(i + 0.5) / n)).toArray();
    GeneralizedPareto law = GeneralizedPareto.likeliest(x);
    assertThat(law.shape()).isCloseTo(0, within(0.01));
    assertThat(law.scale()).isCloseTo(2, within(0.02));
  }
}
