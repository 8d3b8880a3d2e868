package org.ppl4j.infer.report;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HistogramTest {

  /** Bins hold their lower ends, the last both; what is outside is in none. */
  @Test
  void numbersAreInTheirBins() {
    double[] numbers = {0, 0.24, 0.25, 0.5, 0.99, 1, -0.1, 1.1, Double.NaN};

    Histogram histogram = Histogram.of(numbers, 0, 1, 4);

    assertThat(histogram.counts()).containsExactly(2, 1, 1, 2);
    assertThat(histogram.most()).isEqualTo(2);
    assertThat(histogram.edge(0)).isZero();
    assertThat(histogram.edge(4)).isEqualTo(1);
    assertThat(Histogram.of(new double[0], 0, 1, 2).most()).isEqualTo(1);
  }
}
