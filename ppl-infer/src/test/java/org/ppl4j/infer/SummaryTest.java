package org.ppl4j.infer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.google.common.collect.ImmutableMap;
import java.util.SplittableRandom;
import org.hipparchus.stat.descriptive.DescriptiveStatistics;
import org.hipparchus.stat.descriptive.rank.Percentile;
import org.hipparchus.stat.descriptive.rank.Percentile.EstimationType;
import org.junit.jupiter.api.Test;

class SummaryTest {

  @Test
  void figuresAgreeWithHipparchus() {
    SplittableRandom random = new SplittableRandom(7);
    for (int n : new int[] {1, 2, 3, 10, 101, 1000}) {
      double[] draws = random.doubles(n).map(u -> 1e3 - Math.log(u)).toArray();

      Summary.Row row = Summary.Row.of(draws);

      DescriptiveStatistics oracle = new DescriptiveStatistics(draws);
      Percentile percentile = new Percentile().withEstimationType(EstimationType.R_7);
      percentile.setData(draws);
      assertThat(row.mean()).isCloseTo(oracle.getMean(), within(1e-10));
      assertThat(row.sd()).isCloseTo(oracle.getStandardDeviation(), within(1e-10));
      assertThat(row.q05()).isCloseTo(percentile.evaluate(5), within(1e-10));
      assertThat(row.q50()).isCloseTo(percentile.evaluate(50), within(1e-10));
      assertThat(row.q95()).isCloseTo(percentile.evaluate(95), within(1e-10));
    }
  }

  @Test
  void notANumberSpreads() {
    Summary.Row row = Summary.Row.of(new double[] {1, Double.NaN, 2});

    assertThat(row.mean()).isNaN();
    assertThat(row.q05()).isNaN();
  }

  @Test
  void printsATable() {
    Summary summary =
        new Summary(
            ImmutableMap.of(
                "mu", new Summary.Row(4.41052, 3.30930, -0.936, 4.364, 9.832),
                "theta[1]", new Summary.Row(-12345.6, 1e-5, 0, 1234567, 2)));

    assertThat(summary.toString().lines())
        .containsExactly(
            "               mean         sd         5%        50%        95%",
            "mu            4.411      3.309     -0.936      4.364      9.832",
            "theta[1]   -12345.6  1.000e-05      0.000  1.235e+06      2.000");
  }

  @Test
  void namesTheRowsThatThereAre() {
    Summary summary = new Summary(ImmutableMap.of("mu", new Summary.Row(0, 1, 0, 0, 0)));

    assertThatThrownBy(() -> summary.get("tau"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("summary has no row 'tau', only [mu]; ask for one of these");
  }
}
